using Pharos.Model.Labels;
using Pharos.Server.Series;
using Pharos.Tests.Server.Metrics.Scraping;

namespace Pharos.Tests.Server.Series;

public sealed class SeriesWriterTests
{
    readonly FakeSink sink = new();
    readonly SeriesWriter writer;

    public SeriesWriterTests() => writer = new(sink);

    [Fact]
    public void What_is_not_yielded_any_more_ends_with_a_stale_marker()
    {
        writer.Write(1_000, () => Add(1_000, ("a", 1), ("b", 2)));
        writer.Write(2_000, () => Add(2_000, ("b", 3)));
        writer.MarkStale(3_000);
        writer.MarkStale(4_000);

        Assert.Equal(["a{} 1 @1000", "b{} 2 @1000", "b{} 3 @2000", "a{} stale @2000", "b{} stale @3000"], sink.Take());
    }

    [Fact]
    public void Series_whose_slots_were_given_away_meanwhile_are_found_anew_and_written()
    {
        var calls = 0;
        writer.Write(1_000, () =>
        {
            Add(1_000, ("a", 1), ("b", 2));
            if (calls++ == 0) sink.GiveAwayAll();
        });

        Assert.Equal(["a{} 1 @1000", "b{} 2 @1000"], sink.Take());
        Assert.Equal((2, 2), (calls, sink.Appends));
    }

    [Fact]
    public void A_series_that_ends_and_is_gone_already_is_not_asked_for_again()
    {
        writer.Write(1_000, () => Add(1_000, ("a", 1)));
        sink.GiveAwayAll();
        writer.Write(2_000, () => Add(2_000, ("b", 2)));

        Assert.Equal(["a{} 1 @1000", "b{} 2 @2000"], sink.Take());
        Assert.Equal(2, sink.Appends);
    }

    [Fact]
    public void A_turn_that_breaks_off_writes_nothing_and_ends_no_series()
    {
        writer.Write(1_000, () => Add(1_000, ("a", 1)));
        Assert.Throws<InvalidOperationException>(() => writer.Write(2_000, () =>
        {
            Add(2_000, ("b", 2));
            throw new InvalidOperationException();
        }));
        writer.MarkStale(3_000);

        Assert.Equal(["a{} 1 @1000", "a{} stale @3000"], sink.Take());
    }

    [Fact]
    public void A_series_is_taken_once_a_turn_and_a_refusal_says_why()
    {
        writer.Write(1_000, () =>
        {
            Assert.True(writer.TryAdd(LabelSet.From(("__name__", "a")), 1_000, 1, out var refusal) && refusal is null);
            Assert.True(!writer.TryAdd(LabelSet.From(("__name__", "a")), 1_000, 2, out refusal) && refusal is null);
            sink.RefusesNewSeries = "full";
            Assert.False(writer.TryAdd(LabelSet.From(("__name__", "b")), 1_000, 1, out refusal));
            Assert.Equal("full", refusal);
        });

        Assert.Equal(["a{} 1 @1000"], sink.Take());
    }

    void Add(long atMs, params (string Name, double Value)[] samples)
    {
        foreach (var (name, value) in samples) writer.TryAdd(LabelSet.From(("__name__", name)), atMs, value, out _);
    }
}
