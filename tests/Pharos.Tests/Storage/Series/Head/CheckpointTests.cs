using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Storage.Bytes;
using Pharos.Storage.Files;
using Pharos.Storage.Series;
using Pharos.Storage.Series.Head;

namespace Pharos.Tests.Storage.Series.Head;

public sealed class CheckpointTests
{
    const long Start = 1_700_000_000_000;

    [Fact]
    public async Task One_that_reads_back_with_other_bytes_does_not_take_the_place_of_the_one_before()
    {
        await using var store = new TestStore();
        for (var i = 0; i < 10; i++) store.Append("a", Start + i, i);
        store.Store.Upkeep.WriteCheckpoint();
        var path = Path.Combine(store.Folder, "checkpoint");
        var before = File.ReadAllBytes(path);
        store.Append("a", Start + 100, 1);
        var another = new Checkpoint(store.Folder, store.Clock, NullLogger.Instance);

        var error = Assert.Throws<IOException>(() => another.Write(store.Store.Head, new(long.MinValue, 0), 2, FlipWritten));

        Assert.Contains("reads back with other bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));

        void FlipWritten()
        {
            var written = path + DurableFile.TemporarySuffix;
            var bytes = File.ReadAllBytes(written);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(written, bytes);
        }
    }

    [Fact]
    public async Task One_of_a_newer_version_is_refused_by_name_and_nothing_is_touched()
    {
        await using var store = new TestStore();
        for (var i = 0; i < 200; i++) store.Append("a", Start + i, i);
        store.Store.Upkeep.WriteCheckpoint();
        await store.Store.DisposeAsync();
        var path = Path.Combine(store.Folder, "checkpoint");
        File.WriteAllBytes(path, [.. "PHCKP002"u8, .. new byte[100]]);
        var files = Files(store.Folder);

        var error = Assert.Throws<IOException>(store.Open);

        Assert.Equal($"{path} is the checkpoint of a newer version of Pharos; this one cannot open its data folder", error.Message);
        Assert.Equal(files, Files(store.Folder));
    }

    [Fact]
    public async Task Damage_to_many_series_costs_each_its_open_run_and_is_told_by_count_and_time()
    {
        await using var store = new TestStore();
        for (var i = 0; i < 100; i++)
        {
            for (var s = 0; s < 300; s++) store.Append($"s{s}", Start + (i * 15_000), s + i);
        }
        store.Store.Upkeep.WriteCheckpoint();
        await store.Store.DisposeAsync();
        var path = Path.Combine(store.Folder, "checkpoint");
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(bytes.Length / 4, 4096).Clear();
        File.WriteAllBytes(path, bytes);

        store.Open();

        var counts = store.Read().Values.Select(samples => samples.Count).ToList();
        Assert.Equal(300, counts.Count);
        var poorer = counts.Count(count => count == 64);
        Assert.InRange(poorer, 10, 60);
        Assert.Equal(300 - poorer, counts.Count(count => count == 100));
        var told = Assert.Single(store.Store.Stats().SetAside);
        Assert.Contains($"{poorer} series miss what their open runs held, at most 64 samples each between 2023-11-14 22:29:05Z and 2023-11-14 22:38:05Z", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_flipped_bit_leaves_all_entries_but_one()
    {
        await using var store = new TestStore();
        for (var i = 0; i < 70; i++)
        {
            for (var s = 0; s < 3; s++) store.Append($"s{s}", Start + (i * 15_000), s + i);
        }
        store.Store.Upkeep.WriteCheckpoint();
        var path = Path.Combine(store.Folder, "checkpoint");
        var bytes = File.ReadAllBytes(path);
        var sound = new CheckpointLayout(path, bytes);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var layout = new CheckpointLayout(path, bytes);
            var lost = 0;
            for (var shard = 0; shard < layout.Parts.Length; shard++)
            {
                var (part, isSound, guard) = layout.Parts[shard];
                if (isSound) continue;
                Assert.NotNull(guard);
                Assert.Equal(shard, guard.Shard);
                var at = HeadShard.PartHeaderBytes;
                foreach (var (_, _, length, sum) in guard.Ranges())
                {
                    if (Crc32C.Of(part.Span.Slice(at, length)) != sum) lost++;
                    at += length;
                }
            }
            Assert.InRange(lost, 0, 1);
            Assert.Equal((sound.FirstGeneration, sound.FromMs), (layout.FirstGeneration, layout.FromMs));
            Assert.Equal(sound.FrameFiles, layout.FrameFiles);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(-1, 100)]
    [InlineData(60, 64)] // In the part of the series' shard.
    [InlineData(-9, 64)] // In its only end.
    public async Task One_without_guards_opens_unchanged_and_damage_to_it_costs_open_runs_alone(int flippedAt, int left)
    {
        await using var store = new TestStore();
        for (var i = 0; i < 100; i++) store.Append("a", Start + (i * 15_000), i);
        store.Store.Upkeep.WriteCheckpoint();
        await store.Store.DisposeAsync();
        var path = Path.Combine(store.Folder, "checkpoint");
        var bytes = WithoutGuards(path);
        if (flippedAt != -1) bytes[flippedAt < 0 ? bytes.Length + flippedAt : flippedAt] ^= 2;
        File.WriteAllBytes(path, bytes);

        store.Open();

        Assert.Equal(left, store.Read().Single().Value.Count);
        Assert.Equal(left < 100, store.Store.Stats().SetAside.Count > 0);
        await store.Reopen();
        Assert.Equal(left, store.Read().Single().Value.Count);
        Assert.Empty(store.Store.Stats().SetAside);
    }

    /// <summary>The checkpoint as programs wrote it before there were guards and a copy of the end.</summary>
    static byte[] WithoutGuards(string path)
    {
        var layout = new CheckpointLayout(path, File.ReadAllBytes(path));
        using var file = new ByteWriter();
        using var end = new ByteWriter();
        file.Raw(CheckpointLayout.Magic);
        end.U32(layout.FirstGeneration);
        end.I64(layout.FromMs);
        foreach (var part in layout.Parts)
        {
            Assert.True(PartGuard.TryRead(part.Bytes, out var guard));
            var entries = part.Bytes.Span[..^guard.SizeBytes];
            file.Raw(entries);
            end.U32((uint)entries.Length);
            end.U32(Crc32C.Of(entries));
        }
        end.U32((uint)layout.FrameFiles!.Count);
        foreach (var (number, newestMs) in layout.FrameFiles)
        {
            end.U32(number);
            end.I64(newestMs);
        }
        file.Raw(end.Written);
        file.U32((uint)end.Length);
        file.U32(Crc32C.Of(end.Written));
        return file.Written.ToArray();
    }

    static List<string> Files(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock").Select(path => $"{path} {new FileInfo(path).Length}").Order()];
}
