using Pharos.Model.Writing;
using Pharos.Storage.Files;

namespace Pharos.Tests.Storage.Series;

/// <summary>Damaged files: the store opens all the same, tells, and serves the rest.</summary>
public sealed class SeriesStoreDamageTests
{
    const long Start = 1_700_000_000_000;

    [Theory]
    [InlineData("checkpoint")]
    [InlineData("catalogue")]
    [InlineData("wal")]
    [InlineData("head")]
    [InlineData("blocks")]
    [InlineData("tombstones")]
    public async Task A_store_opens_whatever_byte_of_a_file_is_flipped_and_never_serves_a_wrong_value(string part)
    {
        await using var store = new TestStore(options => options with { LogSegmentBytes = 64 * 1024, FrameFileBytes = 64 * 1024 });
        for (var i = 0; i < 900; i++)
        {
            for (var s = 0; s < 3; s++) store.Append($"s{s}", Start + (i * 15_000), (s * 1000) + i);
        }
        store.Store.DeleteSeries([], Start, Start + 1);
        store.Store.FlushHead(Start + 3_600_000);
        for (var s = 0; s < 3; s++) store.Append($"s{s}", Start + (900 * 15_000), 900 + (s * 1000));
        await store.Flush();
        await store.Store.DisposeAsync();
        var random = new Random(5);
        var pristine = store.Folder + "-pristine";
        Directory.Move(store.Folder, pristine);
        try
        {
            for (var trial = 0; trial < 25; trial++)
            {
                Copy(pristine, store.Folder);
                var files = File.Exists(Path.Combine(store.Folder, part)) ? [Path.Combine(store.Folder, part)] : Directory.GetFiles(Path.Combine(store.Folder, part));
                var path = files[random.Next(files.Length)];
                var bytes = File.ReadAllBytes(path);
                bytes[random.Next((int)Math.Min(bytes.Length, 6000))] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, bytes);
                store.Open();
                foreach (var (name, samples) in store.Read())
                {
                    foreach (var (time, bits) in samples) Assert.Equal((int.Parse(name[1..]) * 1000.0) + ((time - Start) / 15_000), BitConverter.Int64BitsToDouble(bits));
                }
                Assert.Equal(AppendStatus.Stored, store.Append("new", Start + 90_000_000, 1));
                await store.Flush();
                await store.Store.DisposeAsync();
                Directory.Delete(store.Folder, recursive: true);
            }
            Copy(pristine, store.Folder);
            store.Open();
            Assert.Equal([901, 901, 901], store.Read().Values.Select(samples => samples.Count + 1)); // One each was deleted.
        }
        finally
        {
            Directory.Delete(pristine, recursive: true);
        }
    }

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
                    Copy(open.Folder, copy);
                    copies.Add((copy, open.Store.Log.Synced.Generation, open.Store.Log.Synced.Length, Volatile.Read(ref acknowledged)));
                }
                DurableFile.SyncData(file);
            },
        });
        owner = store;
        for (var round = 1; round <= 200; round++)
        {
            for (var s = 0; s < 200; s++) store.Append($"s{s}", Start + (round * 15_000), round);
            if (round % 50 == 0) store.Store.WriteCheckpoint();
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
        await using var store = new TestStore(options => options with { SyncLog = file => { if (isBroken) throw new IOException("the disk is gone"); DurableFile.SyncData(file); } });
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

    static void Copy(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Path.GetFileName(path) == "lock") continue;
            using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }
    }
}
