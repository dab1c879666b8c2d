using Pharos.Model.Labels;
using Pharos.Server.Alerting.Silences;
using Pharos.Server.Text.Matching;

namespace Pharos.Tests.Server.Alerting.Silences;

public sealed class SilenceBookTests
{
    const long NowMs = 1_800_000_000_250;

    readonly SilenceBook book = new();

    [Fact]
    public void One_in_force_is_changed_in_its_end_and_its_words_also_by_a_client_that_rounds_to_the_second()
    {
        var id = book.Set(Silence("a=b", NowMs - 5_100, NowMs + 60_000), NowMs - 5_100, "one").Id!;

        var same = book.Set(Silence("a=b", (NowMs - 5_100) / 1000 * 1000, NowMs + 90_000, id) with { Comment = "longer" }, NowMs, "two").Id;

        Assert.Equal((id, "longer", NowMs + 90_000), (same, book.Find(id)!.Comment, book.Find(id)!.EndsAtMs));
    }

    [Theory]
    [InlineData("a=c", -5_100)]
    [InlineData("a=b", -7_100)]
    public void One_in_force_that_would_silence_something_else_ends_and_another_begins(string matchers, long starts)
    {
        var id = book.Set(Silence("a=b", NowMs - 5_100, NowMs + 60_000), NowMs - 5_100, "one").Id!;

        var next = book.Set(Silence(matchers, NowMs + starts, NowMs + 60_000, id), NowMs, "two").Id!;

        Assert.Equal("two", next);
        Assert.Equal((SilenceState.Expired, SilenceState.Active), (book.Find(id)!.StateAt(NowMs), book.Find(next)!.StateAt(NowMs)));
        Assert.Equal(NowMs, book.Find(next)!.StartsAtMs); // Nothing is silenced in the past.
    }

    [Fact]
    public void One_that_is_over_keeps_its_end_when_it_is_ended_again()
    {
        var id = book.Set(Silence("a=b", NowMs, NowMs + 60_000), NowMs, "one").Id!;
        book.Expire(id, NowMs + 10);

        book.Expire(id, NowMs + 20);

        Assert.Equal(NowMs + 10, book.Find(id)!.EndsAtMs);
    }

    static Silence Silence(string matchers, long startsMs, long endsMs, string id = "") =>
        new(id, MatcherParser.ParseAll(matchers), startsMs, endsMs, NowMs, "me", "", LabelSet.Empty);
}
