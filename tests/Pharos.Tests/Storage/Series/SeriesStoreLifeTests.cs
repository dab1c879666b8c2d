using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Model.Writing;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Storage.Series;

/// <summary>Whole lives of a store, compared with a simple reference after every step.</summary>
public sealed class SeriesStoreLifeTests
{
    const long Start = 1_700_000_000_000;
    const long Hour = 3_600_000;

    /// <summary>Files of frames get the numbers of dropped ones again after a restart; no series may take the new frames for what came before its own.</summary>
    [Fact]
    public async Task Frames_written_after_all_older_ones_were_dropped_are_read_once()
    {
        await using var store = new TestStore();
        var written = new List<(long, long)>();
        Write(0);
        store.Store.Upkeep.FlushHead(Start + (100 * 15_000));
        store.Store.Upkeep.WriteCheckpoint();
        await store.Reopen();
        await store.Reopen(); // By now no file of frames is left, and their numbers begin anew.
        Write(100);

        Assert.Equal(written, store.Read().Single().Value);

        void Write(int from)
        {
            for (var i = from; i < from + 100; i++)
            {
                Assert.Equal(AppendStatus.Stored, store.Append("a", Start + (i * 15_000), i));
                written.Add((Start + (i * 15_000), BitConverter.DoubleToInt64Bits(i)));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Appends_flushes_checkpoints_merges_deletes_and_restarts_never_change_what_is_read(int seed)
    {
        var random = new Random(seed);
        await using var store = new TestStore(options => options with { OutOfOrderWindow = TimeSpan.FromHours(5), RetentionTime = TimeSpan.Zero, LogSegmentBytes = 128 * 1024 });
        var reference = new SortedDictionary<string, SortedDictionary<long, long>>(StringComparer.Ordinal);
        var now = Start;
        for (var step = 0; step < 150; step++)
        {
            switch (random.Next(20))
            {
                case 0: store.Store.Upkeep.FlushHead(now - random.NextInt64(3 * Hour)); break;
                case 1: store.Store.Upkeep.WriteCheckpoint(); break;
                case 2: store.Store.Upkeep.Maintain(CancellationToken.None); break;
                case 3: await store.Flush(); await store.Reopen(); break;
                case 4:
                    var name = $"s{random.Next(40)}";
                    var from = now - random.NextInt64(6 * Hour);
                    var through = from + random.NextInt64(2 * Hour);
                    store.Store.DeleteSeries([new LabelMatcher(MatchKind.Equal, "__name__", name)], from, through);
                    if (reference.TryGetValue(name, out var samples))
                    {
                        foreach (var time in samples.Keys.Where(time => time >= from && time <= through).ToArray()) samples.Remove(time);
                        if (samples.Count == 0) reference.Remove(name);
                    }
                    if (random.Next(3) == 0) store.Store.CleanTombstones();
                    // What comes late into a deleted range stays deleted until the next flush: begin a new range.
                    store.Store.Upkeep.FlushHead(now + 1);
                    store.Store.CleanTombstones();
                    break;
                default: AppendScrapes(store, reference, random, ref now); break;
            }
            if (step % 10 == 9) AssertSame(reference, store.Read());
        }
        AssertSame(reference, store.Read());
        var (after, to) = (now - (3 * Hour), now - Hour);
        var expected = new SortedDictionary<string, SortedDictionary<long, long>>(StringComparer.Ordinal);
        var newest = new SortedDictionary<string, SortedDictionary<long, long>>(StringComparer.Ordinal);
        foreach (var (series, all) in reference)
        {
            var inRange = all.Where(sample => sample.Key > after && sample.Key <= to).ToArray();
            if (inRange.Length == 0) continue;
            expected[series] = new(inRange.ToDictionary());
            newest[series] = new() { [inRange[^1].Key] = inRange[^1].Value };
        }
        AssertSame(expected, store.Read(after, to));
        AssertSame(newest, store.Read(after, to, Want.Newest));
        Assert.Empty(Directory.EnumerateFiles(store.Folder, "*.reason.txt", SearchOption.AllDirectories));
    }

    static void AppendScrapes(TestStore store, SortedDictionary<string, SortedDictionary<long, long>> reference, Random random, ref long now)
    {
        for (var scrape = random.Next(30); scrape >= 0; scrape--)
        {
            now += random.Next(50) == 0 ? random.NextInt64(Hour) : 15_000;
            for (var s = 0; s < 40; s += 1 + random.Next(3))
            {
                var time = random.Next(30) == 0 ? now - random.NextInt64(4 * Hour) : now;
                double value = s % 3 == 0 ? random.Next(100) : random.NextDouble();
                var known = reference.GetValueOrDefault($"s{s}");
                var isTaken = known?.ContainsKey(time) ?? false;
                var status = store.Append($"s{s}", time, value);
                if (status == AppendStatus.TooOld || isTaken) continue; // A taken time may be accepted by the head when a block has it: the block wins.
                Assert.Equal(AppendStatus.Stored, status);
                if (known is null) reference[$"s{s}"] = known = [];
                known[time] = BitConverter.DoubleToInt64Bits(value);
            }
        }
    }

    static void AssertSame(SortedDictionary<string, SortedDictionary<long, long>> expected, SortedDictionary<string, List<(long TimeMs, long Bits)>> found)
    {
        Assert.Equal(expected.Keys, found.Keys);
        foreach (var (name, samples) in expected) Assert.Equal(samples.Select(sample => (sample.Key, sample.Value)), found[name]);
    }

    [Fact]
    public async Task A_query_keeps_its_view_while_the_head_is_flushed_and_series_leave()
    {
        await using var store = new TestStore();
        for (var i = 0; i < 1000; i++) store.Append("gone", Start + (i * 15_000), i);
        for (var i = 0; i < 2000; i++) store.Append("kept", Start + (i * 15_000), i);
        var snapshot = store.Store.Lease();
        using var cursor = snapshot.Select([], new SelectHints(long.MinValue, long.MaxValue, Want.Samples), default);
        store.Store.Upkeep.FlushHead(Start + (6 * Hour));
        Assert.Equal(2, store.Store.Stats().HeadSeries); // Not before the query has ended.
        using (var batch = new SeriesBatch())
        {
            Assert.True(cursor.MoveNext(batch));
            Assert.Equal([1000, 2000], new[] { batch.Times(0).Length, batch.Times(1).Length });
        }
        snapshot.Dispose();
        Assert.Equal(1, store.Store.Stats().HeadSeries);
        Assert.Equal([1000, 2000], store.Read().Values.Select(samples => samples.Count));
        Assert.Equal(AppendStatus.Stored, store.Append("gone", Start + (9 * Hour), 7));
        Assert.Equal(1001, store.Read()["gone"].Count);
        await store.Reopen();
        Assert.Equal([1001, 2000], store.Read().Values.Select(samples => samples.Count));
    }

    [Fact]
    public async Task A_handle_of_a_series_that_left_is_told_gone()
    {
        await using var store = new TestStore();
        var handle = store.Handle(("__name__", "old"));
        store.Append(handle, Start, 1);
        store.Append("new", Start + (5 * Hour), 1);
        store.Store.Upkeep.FlushHead(Start + (4 * Hour));
        Assert.Equal(AppendStatus.Gone, store.Append(handle, Start + (6 * Hour), 2));
        Assert.NotEqual(handle, store.Handle(("__name__", "other")));
        Assert.Equal(AppendStatus.Gone, store.Append(handle, Start + (6 * Hour), 2));
        Assert.Equal(AppendStatus.Gone, store.Append(new SeriesHandle(12_345_678, 1), Start, 2));
    }

    [Fact]
    public async Task Maintenance_is_due_by_the_clock_and_at_once_when_the_log_is_flooded()
    {
        var time = new ManualTime(Start + (24 * Hour));
        await using var store = new TestStore(options => options with { FloodLogBytes = 4096 }, time);
        Assert.False(store.Store.Upkeep.IsDue());
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(store.Store.Upkeep.IsDue());
        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);
        Assert.False(store.Store.Upkeep.IsDue());

        for (var i = 0; i < 3000; i++) store.Append("a", Start + (i * 15_000), i + 0.3);
        await store.Store.FlushAsync(TestContext.Current.CancellationToken);
        Assert.True(store.Store.Upkeep.IsDue());
        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);

        Assert.False(store.Store.Upkeep.IsDue());
        Assert.NotEmpty(store.Store.Stats().Blocks);
    }

    [Fact]
    public async Task What_a_flood_leaves_in_the_log_is_cut_at_the_next_regular_time()
    {
        var time = new ManualTime(Start + (24 * Hour));
        await using var store = new TestStore(options => options with { FloodLogBytes = 4096 }, time);
        for (var i = 0; i < 3000; i++) store.Append("a", Start + (i * 15_000), i + 0.3);
        await store.Store.FlushAsync(TestContext.Current.CancellationToken);
        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);
        var afterFlood = FirstSegment();

        store.Append("a", Start + (3000 * 15_000), 1);
        await store.Store.FlushAsync(TestContext.Current.CancellationToken);
        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);
        var afterRest = FirstSegment();
        store.Append("a", Start + (3001 * 15_000), 1);
        await store.Store.FlushAsync(TestContext.Current.CancellationToken);
        store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken);

        Assert.NotEqual(afterFlood, afterRest);
        Assert.Equal(afterRest, FirstSegment()); // Nothing floods any more: a little log is cheaper to replay than to cut.

        string? FirstSegment() => Directory.EnumerateFiles(Path.Combine(store.Folder, "wal"), "0*.log").Order(StringComparer.Ordinal).FirstOrDefault();
    }

    [Fact]
    public async Task Maintenance_that_failed_is_not_tried_again_at_once_in_a_flood()
    {
        var time = new ManualTime(Start + (24 * Hour));
        await using var store = new TestStore(options => options with { FloodLogBytes = 4096 }, time);
        Directory.Delete(Path.Combine(store.Folder, "blocks"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(store.Folder, "blocks"), "in the way", TestContext.Current.CancellationToken);
        for (var i = 0; i < 3000; i++) store.Append("a", Start + (i * 15_000), i + 0.3);
        await store.Store.FlushAsync(TestContext.Current.CancellationToken);

        Assert.True(store.Store.Upkeep.IsDue());
        Assert.ThrowsAny<Exception>(() => store.Store.Upkeep.Maintain(TestContext.Current.CancellationToken));

        Assert.False(store.Store.Upkeep.IsDue());
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(store.Store.Upkeep.IsDue());
    }

    [Fact]
    public async Task Samples_before_the_flushed_blocks_are_too_old()
    {
        await using var store = new TestStore();
        store.Append("a", Start, 1);
        store.Append("b", Start + (5 * Hour), 1);
        store.Store.Upkeep.FlushHead(Start + (4 * Hour));
        Assert.Equal(AppendStatus.TooOld, store.Append("a", Start + Hour, 1));
        Assert.Equal(AppendStatus.Stored, store.Append("a", Start + (4 * Hour), 1));
    }

    [Fact]
    public async Task Histograms_and_floats_of_one_series_alternate_through_every_stage()
    {
        await using var store = new TestStore(options => options with { OutOfOrderWindow = TimeSpan.FromHours(1) });
        var first = new FloatHistogram { Schema = 3, Count = 7, Sum = 4.5, ZeroCount = 1, ZeroThreshold = 1e-9, PositiveSpans = [new(2, 2)], PositiveBuckets = [2, 4] };
        var second = first with { Count = 9, Sum = StaleMarker.Value };
        Assert.Equal(AppendStatus.Stored, store.Append("h", 1_000, 5.0));
        Assert.Equal(AppendStatus.Stored, store.Append("h", 2_000, first));
        Assert.Equal(AppendStatus.DuplicateSame, store.Append("h", 2_000, first with { }));
        Assert.Equal(AppendStatus.DuplicateOther, store.Append("h", 2_000, second));
        Assert.Equal(AppendStatus.Stored, store.Append("h", 3_000, second));
        Assert.Equal(AppendStatus.Stored, store.Append("h", 4_000, 6.0));
        Assert.Equal(AppendStatus.Stored, store.Append("h", 2_500, first));
        for (var stage = 0; stage < 4; stage++)
        {
            using (var snapshot = store.Store.Lease())
            using (var cursor = snapshot.Select([], new SelectHints(0, 10_000, Want.Samples), default))
            using (var batch = new SeriesBatch())
            {
                Assert.True(cursor.MoveNext(batch));
                Assert.Equal([1_000, 2_000, 2_500, 3_000, 4_000], batch.Times(0).ToArray());
                var lane = batch.Histograms(0).ToArray();
                Assert.Equal([false, true, true, true, false], lane.Select(entry => entry is not null));
                Assert.Equal([2.0, 4.0], lane[1]!.PositiveBuckets);
                Assert.True(lane[3]!.IsStale);
                Assert.Equal(6.0, batch.Values(0)[4]);
            }
            if (stage == 0) await store.Flush();
            if (stage is 0 or 2) await store.Reopen();
            if (stage == 1) store.Store.Upkeep.WriteCheckpoint();
            if (stage == 2) store.Store.Upkeep.FlushHead(3_500);
        }
    }

    [Fact]
    public async Task A_snapshot_is_a_store_of_its_own()
    {
        await using var store = new TestStore();
        for (var i = 0; i < 1500; i++) store.Append("a", Start + (i * 15_000), i);
        store.Store.Upkeep.FlushHead(Start + (3 * Hour));
        var before = store.Read();
        var name = store.Store.Snapshot(skipHead: false);
        store.Append("a", Start + (9 * Hour), 1);
        await using var copy = new TestStore(options => options with { Folder = Path.Combine(store.Folder, "snapshots", name) }); // Disposed, and deleted, with the first.
        Assert.Equal(before, copy.Read());
    }

    [Fact]
    public async Task Retention_deletes_whole_blocks_that_are_past_it()
    {
        await using var store = new TestStore(options => options with { RetentionTime = TimeSpan.FromHours(6) });
        for (var i = 0; i < 24 * 60; i++) store.Append("a", Start + (i * 60_000), i);
        store.Store.Upkeep.FlushHead(Start + (22 * Hour));
        store.Store.Upkeep.Maintain(CancellationToken.None);
        var first = store.Read()["a"][0].TimeMs;
        Assert.InRange(first, Start + (14 * Hour), Start + (18 * Hour));
    }

    [Fact]
    public async Task Series_that_retention_emptied_leave_the_catalogue_at_the_next_start_and_their_ids_stay_unused()
    {
        await using var store = new TestStore(options => options with { RetentionTime = TimeSpan.FromHours(6) });
        for (var i = 0; i < 3000; i++) store.Append($"gone_{i}", Start, i);
        for (var i = 0; i < 10 * 60; i++) store.Append("kept", Start + (i * 60_000), i);
        store.Append("newest", Start + (9 * Hour), 1);
        store.Store.Upkeep.FlushHead(Start + (8 * Hour));
        Assert.Equal(2, store.Store.Stats().HeadSeries);
        store.Store.Upkeep.Maintain(CancellationToken.None);
        var before = store.Read();
        Assert.Equal(["kept", "newest"], before.Keys);
        var highest = store.Store.Catalogue.NextId;
        await store.Reopen();
        Assert.Equal(2, store.Store.Stats().Series);
        Assert.Equal(before, store.Read());
        Assert.Equal(highest, store.Store.Catalogue.NextId);
        Assert.Equal(AppendStatus.Stored, store.Append("gone_7", Start + (10 * Hour), 7));
        await store.Flush();
        await store.Reopen();
        Assert.Single(store.Read()["gone_7"]);
    }

    [Fact]
    public async Task Above_the_memory_ceiling_new_series_are_refused_with_the_reason_while_known_ones_go_on()
    {
        await using var store = new TestStore(options => options with { MemoryCeilingBytes = 600_000 });
        var first = store.Handle(("__name__", "first"));
        var created = 1;
        string? reason = null;
        while (created < 20_000 && store.TryHandle(out _, out reason, ("__name__", "m"), ("id", $"{created}"))) created++;
        Assert.InRange(created, 10, 10_000);
        Assert.Contains("600000 bytes of memory", reason!, StringComparison.Ordinal);
        Assert.Equal(AppendStatus.Stored, store.Append(first, Start, 1));
        Assert.Equal(reason, store.Store.NewSeriesRefusal);
    }

    [Fact]
    public async Task The_window_for_late_samples_may_change_while_the_store_is_open()
    {
        await using var store = new TestStore();
        store.Append("a", Start, 1);
        Assert.Equal(AppendStatus.OutOfOrder, store.Append("a", Start - 1000, 1));
        store.Store.Reconfigure(TimeSpan.FromMinutes(1), TimeSpan.Zero, 0);
        Assert.Equal(AppendStatus.Stored, store.Append("a", Start - 1000, 1));
        Assert.Equal(AppendStatus.DuplicateOther, store.Append("a", Start - 1000, 2));
        Assert.Equal(AppendStatus.TooOld, store.Append("a", Start - 61_000, 1));
        Assert.Equal([Start - 1000, Start], store.Read()["a"].Select(sample => sample.TimeMs));
    }
}
