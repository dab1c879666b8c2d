using Pharos.Model.Writing;
using Pharos.Storage.Files;

namespace Pharos.Tests.Storage.Series;

/// <summary>Disks that lose what was not synced, or fail. Single damaged places are in <see cref="SeriesStoreFlipTests"/>.</summary>
public sealed class SeriesStoreDamageTests
{
    const long Start = 1_700_000_000_000;

    [Fact]
    public async Task Cut_back_to_its_last_sync_the_log_still_has_all_that_was_acknowledged()
    {
        var acknowledged = 0;
        var copies = new List<(string Folder, uint Generation, long Length, int Acknowledged)>();
        TestStore? owner = null;
        var syncs = 0;
        await using var store = new TestStore(options => options with
        {
            LogSegmentBytes = 64 * 1024,
            SyncLog = file =>
            {
                // At this moment records are written, but not yet forced to disk: a power cut here may take them.
                if (owner is { } open && ++syncs % 29 == 0)
                {
                    var copy = open.Folder + $"-cut{syncs}";
                    FlippedStore.Copy(open.Folder, copy);
                    copies.Add((copy, open.Store.Log.Synced.Generation, open.Store.Log.Synced.Length, Volatile.Read(ref acknowledged)));
                }
                DurableFile.SyncData(file);
            },
        });
        owner = store;
        for (var round = 1; round <= 200; round++)
        {
            for (var s = 0; s < 200; s++) store.Append($"s{s}", Start + (round * 15_000), round);
            if (round % 50 == 0) store.Store.Upkeep.WriteCheckpoint();
            await store.Flush();
            Volatile.Write(ref acknowledged, round);
        }
        Assert.True(copies.Count >= 5, $"{copies.Count} copies");
        foreach (var (folder, generation, length, rounds) in copies)
        {
            LoseUnsynced(Path.Combine(folder, "wal"), generation, length);
            await using var cut = new TestStore(options => options with { Folder = folder });
            Assert.Empty(cut.Store.Stats().SetAside);
            foreach (var samples in cut.Read().Values) Assert.InRange(samples.Count, rounds, rounds + 1);
        }
        foreach (var (folder, _, _, _) in copies) Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_store_whose_log_cannot_be_written_refuses_with_the_reason_and_still_answers()
    {
        var isBroken = false;
        await using var store = new TestStore(options => options with
        {
            MostUnwrittenBytes = 1,
            SyncLog = file =>
            {
                if (isBroken) throw new IOException("the disk is gone");
                DurableFile.SyncData(file);
            },
        });
        store.Append("a", Start, 1);
        await store.Flush();
        isBroken = true;
        store.Append("a", Start + 1, 1);
        await Assert.ThrowsAsync<IOException>(store.Flush);
        Assert.Equal(AppendStatus.Refused, store.Append(default(SeriesHandle), Start + 2, 1));
        Assert.False(store.TryHandle(out _, out var reason, ("__name__", "b")));
        Assert.Contains("the disk is gone", reason, StringComparison.Ordinal);
        Assert.Contains("the disk is gone", store.Store.Stats().ReadOnlyReason!, StringComparison.Ordinal);
        Assert.Single(store.Read());
    }

    static void LoseUnsynced(string folder, uint generation, long length)
    {
        foreach (var found in Pharos.Storage.Wal.LogSegment.Generations(folder))
        {
            var path = Pharos.Storage.Wal.LogSegment.PathOf(folder, found);
            if (found < generation) continue;
            var bytes = File.ReadAllBytes(path);
            if (found == generation) bytes.AsSpan((int)length).Clear();
            else File.Delete(path);
            if (found == generation) File.WriteAllBytes(path, bytes);
        }
    }
}
