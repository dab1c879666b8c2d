using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Testing;

namespace Pharos.Tests.Query.PromQL.Planning;

public sealed class PromQlEngineTests
{
    static readonly PromQlEngine Engine = new(new());

    [Fact]
    public void More_samples_than_the_limit_end_the_query()
    {
        var limits = new QueryLimits { MaxSamples = 50 };

        var error = Assert.Throws<QueryTooLargeException>(() => Engine.Range(Source(10), "x", 0, 100_000, 10_000, limits, CancellationToken.None));

        Assert.Equal("query processing would load too many samples into memory in query execution", error.Message);
    }

    [Fact]
    public void More_bytes_than_the_limit_end_the_query() =>
        Assert.Throws<QueryTooLargeException>(() => Engine.Range(Source(100), "x", 0, 1_000_000, 1_000, new() { MaxBytes = 10_000 }, CancellationToken.None));

    [Theory]
    [InlineData("sum_over_time(x[10y:1ms])")] // A sub-query of 3e11 steps.
    [InlineData("max_over_time(rate(x[5m])[200y:1s])")]
    public void A_subquery_with_too_many_steps_is_refused_before_it_takes_memory(string query) =>
        Assert.Throws<QueryTooLargeException>(() => Engine.Instant(Source(1), query, 0, QueryLimits.Default, CancellationToken.None));

    [Fact]
    public void A_range_with_too_many_steps_is_refused_before_it_takes_memory() =>
        Assert.Throws<QueryTooLargeException>(() => Engine.Range(Source(1), "x", 0, long.MaxValue / 2, 1, QueryLimits.Default, CancellationToken.None));

    [Fact]
    public void A_cancelled_query_stops()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Engine.Instant(Source(10), "sum(x)", 0, QueryLimits.Default, cancellation.Token));
    }

    [Fact]
    public void A_query_that_takes_too_long_stops_and_says_so()
    {
        var error = Assert.Throws<QueryTimeoutException>(() => Engine.Instant(Source(10), "sum(x)", 0, new() { Timeout = TimeSpan.Zero }, CancellationToken.None));

        Assert.Equal("query timed out in expression evaluation", error.Message);
    }

    [Theory]
    [InlineData("x offset 290y")]
    [InlineData("x offset -290y")]
    [InlineData("x[290y]")]
    [InlineData("rate(x[1ms])")]
    [InlineData("x @ 9223372036854774 offset -290y")]
    [InlineData("max_over_time(x[290y] @ -9223372036854774 offset 290y)")]
    [InlineData("predict_linear(x[5m], Inf)")]
    [InlineData("hour(vector(Inf)) + year(vector(-1e300)) + month(vector(NaN))")]
    [InlineData("topk(1e18, x)")]
    [InlineData("round(x, 0)")]
    [InlineData("histogram_quantile(NaN, x)")]
    [InlineData("quantile(NaN, x)")]
    [InlineData("x % 0 / 0 ^ -1")]
    public void Extreme_numbers_give_a_result(string query)
    {
        using var result = Engine.Instant(Source(3), query, 60_000, QueryLimits.Default, CancellationToken.None);

        Assert.True(result.SeriesCount >= 0);
    }

    [Fact]
    public void An_expression_as_deep_as_the_parser_allows_is_evaluated()
    {
        var query = string.Concat(Enumerable.Repeat("abs(", 240)) + "x" + new string(')', 240);

        using var result = Engine.Instant(Source(1), query, 60_000, QueryLimits.Default, CancellationToken.None);

        Assert.Equal(1, result.SeriesCount);
    }

    [Fact]
    public void A_long_chain_of_operators_is_evaluated()
    {
        using var result = Engine.Instant(Source(1), string.Join(" + ", Enumerable.Repeat("x", 200)), 60_000, QueryLimits.Default, CancellationToken.None);

        Assert.Equal(200 * 6.0, result.Values(0)[0]);
    }

    [Fact]
    public void The_same_query_gives_the_same_bits()
    {
        var source = Source(1000);
        using var first = Engine.Range(source, "sum(rate(x[1m]) * 1.1) / avg(x)", 60_000, 100_000, 1_000, QueryLimits.Default, CancellationToken.None);
        using var second = Engine.Range(source, "sum(rate(x[1m]) * 1.1) / avg(x)", 60_000, 100_000, 1_000, QueryLimits.Default, CancellationToken.None);

        Assert.Equal(first.Values(0).ToArray().Select(BitConverter.DoubleToInt64Bits), second.Values(0).ToArray().Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public void A_selector_that_occurs_twice_is_read_once()
    {
        using var result = Engine.Instant(Source(5), "x + x", 60_000, QueryLimits.Default, CancellationToken.None);

        Assert.Equal(5, result.Stats.SeriesRead);
        Assert.Equal(5, result.SeriesCount);
    }

    [Fact]
    public void A_range_selector_is_no_range_query()
    {
        var error = Assert.Throws<PromQlEvaluationException>(() => Engine.Range(Source(1), "x[5m]", 0, 1, 1, QueryLimits.Default, CancellationToken.None));

        Assert.Equal("invalid expression type \"range vector\" for range query, must be Scalar or instant Vector", error.Message);
    }

    [Fact]
    public void Steps_without_a_sample_are_left_out_of_a_matrix()
    {
        using var result = Engine.Range(Source(1), "x > 3", 0, 60_000, 10_000, QueryLimits.Default, CancellationToken.None);

        Assert.Equal([40_000, 50_000, 60_000], result.Times(0).ToArray());
        Assert.Equal([4, 5, 6], result.Values(0).ToArray());
    }

    /// <summary>Series x{n="..."} with the value i at i x 10 s, for 20 steps.</summary>
    static MemorySource Source(int count)
    {
        var source = new MemorySource();
        for (var n = 0; n < count; n++)
        {
            var series = source.Series(LabelSet.From(("__name__", "x"), ("n", $"{n}")));
            for (var i = 0; i < 20; i++) series.Add(i * 10_000L, i);
        }
        return source;
    }
}
