using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Storage.Files;
using Pharos.Storage.Series;

namespace Pharos.Tests.Storage.Series;

public sealed class CheckpointTests
{
    const long Start = 1_700_000_000_000;

    [Fact]
    public async Task One_that_reads_back_with_other_bytes_does_not_take_the_place_of_the_one_before()
    {
        await using var store = new TestStore();
        for (var i = 0; i < 10; i++) store.Append("a", Start + i, i);
        store.Store.WriteCheckpoint();
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
        store.Store.WriteCheckpoint();
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
        store.Store.WriteCheckpoint();
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

    static List<string> Files(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock").Select(path => $"{path} {new FileInfo(path).Length}").Order()];
}
