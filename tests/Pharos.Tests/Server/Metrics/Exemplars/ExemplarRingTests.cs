using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Server.Metrics.Exemplars;

namespace Pharos.Tests.Server.Metrics.Exemplars;

public sealed class ExemplarRingTests
{
    static readonly LabelMatcher[] Everything = [new(MatchKind.Regex, "__name__", ".+")];

    [Fact]
    public void The_oldest_gives_way_and_takes_its_series_along_when_it_was_its_last()
    {
        var ring = new ExemplarRing(3);
        ring.Append(Series("a"), At(1));
        ring.Append(Series("b"), At(2));
        ring.Append(Series("b"), At(3));
        ring.Append(Series("b"), At(4));
        ring.Append(Series("c"), At(5));

        Assert.Equal(["b:3,4", "c:5"], Show(ring));
    }

    [Fact]
    public void A_repeat_of_the_newest_is_not_stored_twice()
    {
        var ring = new ExemplarRing(3);

        Assert.Equal(ExemplarOutcome.Stored, ring.Append(Series("a"), At(1)));
        Assert.Equal(ExemplarOutcome.Repeated, ring.Append(Series("a"), At(1)));
        Assert.Equal(ExemplarOutcome.OutOfOrder, ring.Append(Series("a"), At(0)));
        Assert.Equal(1, ring.Count);
    }

    [Fact]
    public void Labels_beyond_the_limit_of_OpenMetrics_are_refused()
    {
        var ring = new ExemplarRing(3);
        var longest = new Exemplar(LabelSet.From(("trace_id", new string('x', 120))), 1, 1);

        Assert.Equal(ExemplarOutcome.Stored, ring.Append(Series("a"), longest));
        Assert.Equal(ExemplarOutcome.LabelsTooLong, ring.Append(Series("a"), longest with { Labels = LabelSet.From(("trace_id", new string('x', 121))), TimeMs = 2 }));
    }

    [Fact]
    public void Resizing_keeps_the_newest()
    {
        var ring = new ExemplarRing(4);
        for (var i = 1; i <= 6; i++) ring.Append(Series("a"), At(i));
        ring.Resize(2);
        Assert.Equal(["a:5,6"], Show(ring));

        ring.Resize(3);
        ring.Append(Series("a"), At(7));
        ring.Append(Series("a"), At(8));
        Assert.Equal(["a:6,7,8"], Show(ring));
    }

    [Fact]
    public void Without_capacity_nothing_is_kept()
    {
        var ring = new ExemplarRing(0);

        Assert.False(ring.IsOn);
        Assert.Equal(ExemplarOutcome.Off, ring.Append(Series("a"), At(1)));
    }

    [Fact]
    public void Against_a_plain_list_in_random_order()
    {
        var random = new Random(3);
        var ring = new ExemplarRing(50);
        var reference = new List<(string Name, long TimeMs)>();
        for (var i = 0; i < 5_000; i++)
        {
            var name = ((char)('a' + random.Next(12))).ToString();
            ring.Append(Series(name), At(i));
            reference.Add((name, i));
        }
        var expected = reference.TakeLast(50).GroupBy(entry => entry.Name).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key}:{string.Join(',', group.Select(entry => entry.TimeMs))}");

        Assert.Equal(expected, Show(ring));
    }

    static LabelSet Series(string name) => LabelSet.From(("__name__", name));

    static Exemplar At(long timeMs) => new(LabelSet.From(("trace_id", "x")), 1, timeMs);

    static IEnumerable<string> Show(ExemplarRing ring) =>
        ring.Select([Everything], long.MinValue, long.MaxValue).Select(found => $"{found.Series["__name__"]}:{string.Join(',', found.Exemplars.Select(exemplar => exemplar.TimeMs))}");
}
