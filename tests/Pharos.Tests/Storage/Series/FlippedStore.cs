using System.Security.Cryptography;
using Pharos.Model.Samples;
using Pharos.Model.Writing;

namespace Pharos.Tests.Storage.Series;

/// <summary>A small store of every kind of file, copied anew for each damage done to it.</summary>
/// <remarks>Blocks hold the first 240 samples of each series; frames, checkpoint and log the others. One log record holds one sample.</remarks>
sealed class FlippedStore : IAsyncDisposable
{
    public const long Start = 1_700_000_000_000;
    public const int Step = 15_000;
    public const int Samples = 640;
    public const int InBlocks = 240;
    const int InCheckpoint = 540;
    const int Series = 4;
    readonly TestStore store;
    readonly string pristine;

    FlippedStore(TestStore store, string pristine) => (this.store, this.pristine) = (store, pristine);

    /// <summary>What is there as long as nothing is damaged.</summary>
    public required SortedDictionary<string, List<(long TimeMs, long Bits)>> All { get; init; }

    public string Folder => store.Folder;

    public static async Task<FlippedStore> Make()
    {
        var store = new TestStore(options => options with { LogSegmentBytes = 64 * 1024, FrameFileBytes = 64 * 1024, OutOfOrderWindow = TimeSpan.FromHours(12) });
        for (var i = 0; i < Samples; i++)
        {
            if (i == InBlocks) store.Store.Upkeep.FlushHead(Start + (InBlocks * Step));
            if (i == InCheckpoint) store.Store.Upkeep.WriteCheckpoint();
            for (var s = 0; s < Series; s++) Assert.Equal(AppendStatus.Stored, store.Append($"s{s}", Start + (i * Step), Value(s, i)));
            if (i % 2 == 0 && i > InBlocks) store.Append("h", Start + (i * Step), new FloatHistogram { Sum = i, Count = 3 });
            if (i % 9 == 0 && i > InBlocks) store.Append("late", Start + ((Samples - i) * Step), i);
        }
        store.Store.DeleteSeries([], Start, Start);
        await store.Flush();
        var all = store.Read();
        await store.Store.DisposeAsync();
        var pristine = store.Folder + "-pristine";
        Directory.Move(store.Folder, pristine);
        return new FlippedStore(store, pristine) { All = all };
    }

    /// <summary>Files of a part (a file, or a folder's), by path below the store's folder.</summary>
    public IEnumerable<(string Path, byte[] Bytes)> Files(string part)
    {
        var path = Path.Combine(pristine, part);
        string[] files = File.Exists(path) ? [path] : [.. Directory.GetFiles(path).Order(StringComparer.Ordinal)];
        foreach (var file in files)
        {
            yield return (Path.GetRelativePath(pristine, file), File.ReadAllBytes(file));
        }
    }

    /// <summary>Opens a copy in which a file has other bytes (null: it is missing), and tells what is served and told.</summary>
    /// <param name="alsoAgain">Another restart must serve the same.</param>
    public async Task<(SortedDictionary<string, List<(long TimeMs, long Bits)>> Served, IReadOnlyList<string> Told)> Open(string file, byte[]? bytes, bool alsoAgain = true)
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        Copy(pristine, Folder);
        if (bytes is null) File.Delete(Path.Combine(Folder, file));
        else File.WriteAllBytes(Path.Combine(Folder, file), bytes);
        store.Open();
        var served = store.Read();
        var told = store.Store.Stats().SetAside;
        if (alsoAgain) await OpenAgain(served);
        await store.Store.DisposeAsync();
        return (served, told);
    }

    async Task OpenAgain(SortedDictionary<string, List<(long TimeMs, long Bits)>> served)
    {
        Assert.Equal(AppendStatus.Stored, store.Append("new", Start + (Samples * Step), 1));
        await store.Flush();
        await store.Reopen();
        var again = store.Read();
        Assert.True(again.Remove("new"));
        Assert.Equal(served, again);
    }

    /// <summary>How many samples of each series are missing. A sample that was never written is a failure.</summary>
    public Dictionary<string, int> Missing(SortedDictionary<string, List<(long TimeMs, long Bits)>> served)
    {
        var missing = new Dictionary<string, int>();
        foreach (var (name, samples) in served)
        {
            // What was deleted may come back when the file that says so is damaged.
            var wrong = samples.Where(sample => sample.TimeMs != Start).Except(All.GetValueOrDefault(name) ?? []).ToList();
            Assert.True(wrong.Count == 0, $"{name}: never written: {string.Join(' ', wrong)}");
        }
        foreach (var (name, samples) in All)
        {
            var lost = samples.Except(served.GetValueOrDefault(name) ?? []).Count();
            if (lost > 0) missing.Add(name, lost);
        }
        return missing;
    }

    /// <summary>Whether some file of the folder has these bytes, or a part of them that was set aside.</summary>
    public bool Keeps(byte[] bytes) =>
        Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Any(path => new FileInfo(path).Length == bytes.Length && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes));

    public static byte[] Flip(byte[] bytes, int at, byte mask)
    {
        var flipped = bytes.ToArray();
        flipped[at] ^= mask;
        return flipped;
    }

    public static void Copy(string from, string to)
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

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(pristine)) Directory.Delete(pristine, recursive: true);
        await store.DisposeAsync();
    }

    /// <summary>Digits that no codec makes small, so that a part of each file is values.</summary>
    static double Value(int series, int i)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(BitConverter.GetBytes((series * 100_000) + i), digest);
        return series == 0 ? i : BitConverter.ToUInt32(digest) / 1000.0;
    }
}
