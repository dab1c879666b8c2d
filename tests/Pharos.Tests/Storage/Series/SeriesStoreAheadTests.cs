using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Writing;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Storage.Series;

/// <summary>Samples from the future: refused, and harmless where they were taken once.</summary>
public sealed class SeriesStoreAheadTests
{
    const long Now = 1_700_000_000_000;
    const long Minute = 60_000;
    const long Hour = 60 * Minute;
    const long Day = 24 * Hour;

    [Fact]
    public async Task Samples_more_than_ten_minutes_ahead_are_refused_and_so_is_what_no_calendar_shows()
    {
        await using var store = new TestStore(clock: new ManualTime(Now));
        Assert.Equal(AppendStatus.Stored, store.Append("a", Now + (10 * Minute), 1));
        Assert.Equal(AppendStatus.TooNew, store.Append("a", Now + (10 * Minute) + 1, 1));
        Assert.Equal(AppendStatus.TooNew, store.Append("b", Now * 1000, 1));
        Assert.Equal(AppendStatus.TooNew, store.Append("b", Now * 1_000_000, 1));
        Assert.Equal(AppendStatus.TooNew, store.Append("b", long.MaxValue, 1));
        Assert.Equal(AppendStatus.TooOld, store.Append("b", long.MinValue, 1));
        Assert.Equal(AppendStatus.TooOld, store.Append("b", long.MinValue + 1, 1));
        Assert.Equal(AppendStatus.TooNew, store.Append("b", Now + Day, Histogram));
        Assert.Equal(AppendStatus.Stored, store.Append("b", Now, 1));
    }

    [Fact]
    public async Task A_sample_within_the_ten_minutes_does_not_shorten_the_window_for_late_ones()
    {
        await using var store = new TestStore(options => options with { OutOfOrderWindow = TimeSpan.FromHours(1) }, new ManualTime(Now));
        store.Append("a", Now + (10 * Minute), 1);
        Assert.Equal(AppendStatus.Stored, store.Append("a", Now - Hour, 1));
        Assert.Equal(AppendStatus.TooOld, store.Append("a", Now - Hour - 1, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_took_samples_from_the_future_heals(bool atStart)
    {
        var time = new ManualTime(Now + (30 * Day));
        await using var store = new TestStore(options => options with { OutOfOrderWindow = TimeSpan.FromHours(6) }, time);
        for (var i = 0; i < 200; i++) store.Append("skew", Now - (300 * Minute) + (i * Minute), i);
        for (var i = 0; i < 200; i++) store.Append("skew", Now + (30 * Day) - (300 * Minute) + (i * Minute), i);
        store.Append("skew_histogram", Now - Minute, Histogram);
        store.Append("skew_histogram", Now + (30 * Day), Histogram);
        for (var i = 0; i < 100; i++) store.Append($"other_{i}", Now - Minute, 1);
        await store.Flush();
        var before = store.Read();
        time.Advance(TimeSpan.FromDays(-30));

        if (atStart) await store.Reopen();
        else store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);

        Assert.Equal(before, store.Read());
        Assert.Equal(Now - Minute, store.Store.Stats().HeadMaxMs);
        Assert.Equal(AppendStatus.Stored, store.Append("skew", Now, 7));
        Assert.Equal(AppendStatus.DuplicateSame, store.Append("skew", Now, 7));
        Assert.Equal(AppendStatus.DuplicateOther, store.Append("skew", Now, 8));
        Assert.Equal(AppendStatus.Stored, store.Append("skew_histogram", Now, Histogram));
        for (var i = 0; i < 100; i++) Assert.Equal(AppendStatus.Stored, store.Append($"other_{i}", Now - Hour, 1));
        Assert.Equal(AppendStatus.Stored, store.Append("skew", Now - (5 * Hour) - 1, 1));
        await store.Flush();

        var after = store.Read();
        Assert.Equal(402, after["skew"].Count);
        await store.Reopen();
        Assert.Equal(after, store.Read());
        Assert.Equal(AppendStatus.Stored, store.Append("skew", Now + Minute, 9));
    }

    /// <summary>The healed state was not in a checkpoint yet: the log still has the future before the true samples.</summary>
    [Fact]
    public async Task A_kill_right_after_healing_loses_no_true_sample()
    {
        var time = new ManualTime(Now + Day);
        await using var store = new TestStore(clock: time);
        store.Append("a", Now - Minute, 1);
        store.Append("a", Now + Day, 2);
        store.Append("h", Now - Minute, Histogram);
        store.Append("h", Now + Day, Histogram);
        await store.Flush();
        time.Advance(TimeSpan.FromDays(-1));
        var checkpoint = Path.Combine(store.Folder, "checkpoint");
        Directory.CreateDirectory(checkpoint + ".tmp"); // No checkpoint can be written.
        Assert.ThrowsAny<Exception>(() => store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken));
        Assert.Equal(AppendStatus.Stored, store.Append("a", Now, 3));
        Assert.Equal(AppendStatus.Stored, store.Append("h", Now, Histogram));
        await store.Flush();
        var before = store.Read();
        Directory.Delete(checkpoint + ".tmp");

        await store.Reopen();

        Assert.Equal(before, store.Read());
        Assert.Equal([Now - Minute, Now, Now + Day], before["a"].Select(sample => sample.TimeMs));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_after_blocks_were_written_closes_nothing()
    {
        var time = new ManualTime(Now + (365 * Day));
        await using var store = new TestStore(clock: time);
        for (var i = 0; i < 500; i++) store.Append("a", Now + (365 * Day) - (500 * Minute) + (i * Minute), i);
        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);
        Assert.NotEmpty(store.Store.Stats().Blocks);
        var before = store.Read();
        using var lease = store.Store.Lease(); // A query that runs on must not make the head drop what comes now.
        time.Advance(TimeSpan.FromDays(-365));

        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);
        for (var i = 0; i < 600; i++) Assert.Equal(AppendStatus.Stored, store.Append("a", Now - Hour + (i * Minute / 10), i));
        store.Store.Upkeep.WriteCheckpoint();

        Assert.Equal(before["a"].Count + 600, store.Read()["a"].Count);
        lease.Dispose();
        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);
        await store.Reopen();
        Assert.Equal(before["a"].Count + 600, store.Read()["a"].Count);
    }

    [Fact]
    public async Task Deleting_a_series_with_samples_ahead_does_not_hide_what_it_gets_later()
    {
        var time = new ManualTime(Now + (30 * Day));
        await using var store = new TestStore(clock: time);
        foreach (var series in (string[])["a", "b"])
        {
            store.Append(series, Now - Minute, 1);
            store.Append(series, Now + (30 * Day), 2);
        }
        time.Advance(TimeSpan.FromDays(-30));

        store.Store.DeleteSeries([new(MatchKind.Equal, "__name__", "a")], long.MinValue, long.MaxValue);
        Assert.Equal(["b"], store.Read().Keys);
        store.Append("a", Now, 3);

        Assert.Equal([Now], store.Read()["a"].Select(sample => sample.TimeMs));
        Assert.Equal(2, store.Read()["b"].Count);
        time.Advance(TimeSpan.FromDays(30));
        store.Append("a", Now + (30 * Day), 4);
        await store.Reopen();
        Assert.Equal([Now, Now + (30 * Day)], store.Read()["a"].Select(sample => sample.TimeMs));
        Assert.Equal(2, store.Read()["b"].Count);
    }

    [Fact]
    public async Task What_lies_ahead_does_not_make_the_present_old()
    {
        var time = new ManualTime(Now + (30 * Day));
        await using var store = new TestStore(options => options with { RetentionTime = TimeSpan.FromHours(6) }, time);
        store.Append("ahead", Now + (30 * Day), 1);
        time.Advance(TimeSpan.FromDays(-30));
        for (var i = 0; i < 400; i++) store.Append("a", Now - (400 * Minute) + (i * Minute), i);
        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);
        var before = store.Read();
        time.Advance(TimeSpan.FromDays(3)); // The machine was off: age counts from the newest sample there is, not from one that has not come.

        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);

        Assert.Equal(before, store.Read());
    }

    static FloatHistogram Histogram { get; } = new() { Schema = 0, Count = 3, Sum = 5, PositiveSpans = [new(0, 1)], PositiveBuckets = [3] };
}
