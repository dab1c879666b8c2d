using Pharos.Server.Metrics.Api.Search;


namespace Pharos.Tests.Server.Metrics.Api.Search;

public sealed class SearchTermsTests
{
    [Theory]
    [InlineData("up", "up", 1)]
    [InlineData("", "anything", 1)]
    [InlineData("abc", "ab", 0)] // Not all letters.
    [InlineData("ba", "ab", 0)] // Not in their order.
    [InlineData("b", "abc", 1 - (1 / 3.0) - (1 / 6.0))] // One letter before it, one after.
    [InlineData("ac", "abc", (2 - (1 / 3.0)) / 4)] // Two runs of one, one letter between them.
    [InlineData("bc", "abxbc", (4 - (3 / 5.0)) / 4)] // The later place is the better one.
    [InlineData("az", "abcdefghijklmnopqrstuvwxyz", (2 - (24 / 26.0)) / 4)]
    public void Letters_in_their_order_score_by_their_runs_and_gaps(string term, string text, double score) => Assert.Equal(score, SubsequenceMatch.Score(term, text), 12);

    [Theory]
    [InlineData("", "a", 0)]
    [InlineData("a", "a", 1)]
    [InlineData("MARTHA", "MARHTA", 0.9611111111111111)]
    [InlineData("DWAYNE", "DUANE", 0.84)]
    [InlineData("DIXON", "DICKSONX", 0.8133333333333332)]
    [InlineData("abc", "xyz", 0)]
    public void Likeness_is_that_of_the_literature(string left, string right, double likeness) => Assert.Equal(likeness, JaroWinkler.Similarity(left, right), 12);

    [Fact]
    public void The_start_of_a_name_scores_full_and_one_of_several_terms_is_enough()
    {
        var terms = new SearchTerms(["http", "node_cpu"], FuzzyAlgorithm.Subsequence, 0, IsCaseSensitive: true);

        Assert.Equal(1, terms.Score("http_requests_total"));
        Assert.Equal(1, terms.Score("node_cpu_seconds_total"));
        Assert.InRange(terms.Score("prometheus_http_requests_total")!.Value, 0.5, 0.999);
        Assert.Null(terms.Score("up"));
    }

    [Fact]
    public void The_threshold_keeps_away_what_matches_thinly()
    {
        Assert.NotNull(new SearchTerms(["up"], FuzzyAlgorithm.Subsequence, 0, true).Score("go_user_time_paused"));
        Assert.Null(new SearchTerms(["up"], FuzzyAlgorithm.Subsequence, 0.8, true).Score("go_user_time_paused"));
    }

    [Fact]
    public void Case_counts_unless_it_is_told_not_to()
    {
        Assert.Null(new SearchTerms(["HTTP"], FuzzyAlgorithm.Subsequence, 0, IsCaseSensitive: true).Score("http_requests"));
        Assert.Equal(1, new SearchTerms(["HTTP"], FuzzyAlgorithm.Subsequence, 0, IsCaseSensitive: false).Score("Http_requests"));
    }

    [Fact]
    public void Likeness_is_asked_for_only_with_a_threshold_and_behind_whole_terms()
    {
        Assert.Null(new SearchTerms(["htpp"], FuzzyAlgorithm.JaroWinkler, 0, true).Score("http"));
        Assert.InRange(new SearchTerms(["htpp"], FuzzyAlgorithm.JaroWinkler, 0.8, true).Score("http")!.Value, 0.8, 0.999);
        Assert.Equal(0.9, new SearchTerms(["tp_r"], FuzzyAlgorithm.JaroWinkler, 0.99, true).Score("http_requests"));
    }

    /// <summary>Would take minutes, were every place tried or every pair of letters compared.</summary>
    [Theory]
    [InlineData(FuzzyAlgorithm.Subsequence)]
    [InlineData(FuzzyAlgorithm.JaroWinkler)]
    internal void Values_of_a_million_equal_letters_take_bounded_time(FuzzyAlgorithm algorithm)
    {
        var value = "x" + new string('a', 1_000_000) + "b";

        Assert.Null(new SearchTerms(["ab" + new string('a', 500_000)], algorithm, 0.9, true).Score(value));
        Assert.Null(new SearchTerms([new string('a', 500_000) + "c"], algorithm, 0.9, true).Score(value));
        Assert.Equal(algorithm == FuzzyAlgorithm.JaroWinkler ? 0.9 : null, new SearchTerms(["ab"], algorithm, 0.9, true).Score(value));
    }
}
