using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;
using Pharos.Storage.Files;
using Pharos.Storage.Wal;

namespace Pharos.Tests.Storage.Wal;

public sealed class LogTests : IDisposable
{
    const int SegmentBytes = 64 * 1024;
    readonly string folder = Directory.CreateTempSubdirectory("pharos-log-").FullName;
    readonly List<LogBuffer> pending = [];

    [Fact]
    public async Task Records_come_back_in_order_over_segments_and_recycled_files()
    {
        var expected = new List<string>();
        using (var log = Open(1))
        {
            for (var i = 0; i < 300; i++)
            {
                expected.Add(Enqueue(i, size: 700));
                if (i % 10 == 0) await log.FlushAsync(default);
                if (i != 150) continue;
                log.Recycle(log.CommitAndRoll()); // What follows is written over old records of the same shape.
                expected.Clear();
            }
            await log.FlushAsync(default);
        }
        var (found, told, last) = Replay();
        Assert.Equal(expected, found);
        Assert.Empty(told);
        Assert.True(last > 2);
    }

    [Fact]
    public async Task Cut_at_every_byte_all_records_before_the_cut_come_back_and_nothing_is_told()
    {
        var (bytes, ends) = await WriteOneSegment();
        var path = LogSegment.PathOf(folder, 1);
        for (var cut = LogSegment.HeaderBytes; cut <= ends[^1]; cut++)
        {
            File.WriteAllBytes(path, bytes[..cut]);
            var (found, told, _) = Replay();
            Assert.Equal(ends.Where((_, i) => (i == 0 ? LogSegment.HeaderBytes : ends[i - 1]) + LogRecord.HeaderBytes + SizeOf(i) <= cut).Count(), found.Count);
            Assert.Empty(told);
        }
    }

    [Fact]
    public async Task A_flipped_byte_costs_its_record_only_and_is_told()
    {
        var (bytes, ends) = await WriteOneSegment();
        var path = LogSegment.PathOf(folder, 1);
        for (var at = LogSegment.HeaderBytes; at < ends[^2]; at++) // Damage to the last record looks like a torn end, and may be one.
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x5a;
            File.WriteAllBytes(path, damaged);
            var (found, told, _) = Replay();
            var isPadding = found.Count == ends.Count;
            Assert.True(isPadding || found.Count == ends.Count - 1, $"byte {at}: {found.Count} of {ends.Count} records");
            Assert.Equal(isPadding ? 0 : 1, told.Count);
        }
    }

    [Fact]
    public async Task What_a_damaged_record_had_is_told_by_series_and_time()
    {
        using (var log = Open(1))
        {
            for (var record = 0; record < 3; record++)
            {
                var buffer = new LogBuffer();
                buffer.Begin(LogRecordKind.Samples, 0, (ulong)record + 1);
                var writer = new SampleRecordWriter(buffer);
                writer.Begin();
                for (var series = 1u; series <= 50; series++) writer.Add(series, 1_700_000_000_000 + (record * 60_000), series * 0.1);
                writer.End();
                buffer.End();
                lock (pending) pending.Add(buffer);
                await log.FlushAsync(default);
            }
        }
        var path = LogSegment.PathOf(folder, 1);
        var bytes = File.ReadAllBytes(path);
        var second = LogSegment.HeaderBytes + LogRecord.TotalLength(LogRecord.PayloadLength(bytes.AsSpan(LogSegment.HeaderBytes)));
        bytes[second + 100] ^= 8;
        File.WriteAllBytes(path, bytes);

        var (found, told, _) = Replay();

        Assert.Equal(2, found.Count);
        Assert.Contains("it had samples of at most 50 series from between about 2023-11-14 22:13:20Z and 2023-11-14 22:15:20Z", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_log_has_no_torn_end_so_that_damage_to_its_last_record_is_told()
    {
        using (var log = Open(1))
        {
            Enqueue(0, 50);
            await log.FlushAsync(default);
        }
        var path = LogSegment.PathOf(folder, 1);
        var bytes = File.ReadAllBytes(path);
        bytes[LogSegment.HeaderBytes + LogRecord.HeaderBytes + 7] ^= 1;
        File.WriteAllBytes(path, bytes);

        var (found, told, _) = Replay();

        Assert.Empty(found);
        Assert.Single(told);
    }

    [Fact]
    public async Task A_segment_closed_after_a_kill_is_not_taken_for_damage_later()
    {
        var (bytes, ends) = await WriteOneSegment();
        File.WriteAllBytes(LogSegment.PathOf(folder, 1), bytes[..(ends[^1] - 3)]);
        var (before, _, last) = Replay();
        using (Open(last + 1)) Enqueue(99, 10);
        var (after, told, _) = Replay();
        Assert.Empty(told);
        Assert.Equal([.. before, after[^1]], after);
    }

    [Fact]
    public async Task After_a_failed_sync_all_that_was_not_acknowledged_goes_to_a_new_segment()
    {
        var failures = 0;
        var expected = new List<string>();
        using (var log = Open(1, file => { if (failures-- > 0) throw new IOException("the disk lost it"); DurableFile.SyncData(file); }))
        {
            expected.Add(Enqueue(0, 50));
            await log.FlushAsync(default);
            failures = 1;
            expected.Add(Enqueue(1, 50));
            await log.FlushAsync(default);
            Assert.Equal(2u, log.Synced.Generation);
        }
        var (found, _, _) = Replay();
        Assert.Equal(expected, found.Distinct()); // The sequence tells a record that was written twice.
    }

    [Fact]
    public async Task When_the_disk_stays_broken_flushes_fail_with_the_reason()
    {
        using var log = Open(1, _ => throw new IOException("the disk is gone"));
        Enqueue(0, 50);
        var failure = await Assert.ThrowsAsync<IOException>(async () => await log.FlushAsync(default));
        Assert.Equal($"the log in {folder} cannot be written: the disk is gone; pushes are refused, and all else waits in memory, until it can be", failure.Message);
        await Assert.ThrowsAsync<IOException>(async () => await log.FlushAsync(default));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    LogWriter Open(uint generation, Action<SafeFileHandle>? sync = null) => new(
        new LogWriterSettings(folder, SegmentBytes, sync ?? DurableFile.SyncData),
        generation,
        into =>
        {
            lock (pending)
            {
                into.AddRange(pending);
                pending.Clear();
            }
        },
        () => { },
        NullLogger.Instance);

    /// <summary>Adds a record and returns the text by which it is known again.</summary>
    string Enqueue(int number, int size)
    {
        var payload = new byte[size];
        new Random(number).NextBytes(payload);
        var buffer = new LogBuffer();
        buffer.Begin(LogRecordKind.Samples, number % 16, (ulong)number + 1);
        buffer.Add(payload);
        buffer.End();
        lock (pending) pending.Add(buffer);
        return $"{number % 16} {number + 1} {Convert.ToHexString(payload)}";
    }

    (List<string> Found, IReadOnlyList<string> Told, uint Last) Replay()
    {
        var found = new List<string>();
        var reader = new LogReader(folder, TimeProvider.System, NullLogger.Instance);
        var last = reader.Replay(0, (_, shard, sequence, payload) => found.Add($"{shard} {sequence} {Convert.ToHexString(payload)}"));
        return (found, reader.SetAside, last);
    }

    static int SizeOf(int record) => 5 + (record * 7); // Of every rest modulo the alignment.

    async Task<(byte[] Bytes, List<int> Ends)> WriteOneSegment()
    {
        var ends = new List<int>();
        using (var log = Open(1))
        {
            for (var i = 0; i < 8; i++)
            {
                Enqueue(i, SizeOf(i));
                await log.FlushAsync(default);
                ends.Add((int)log.Synced.Length);
            }
        }
        return (File.ReadAllBytes(LogSegment.PathOf(folder, 1)), ends);
    }
}
