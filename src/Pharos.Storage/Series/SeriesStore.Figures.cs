using System.Text;
using Pharos.Model.Labels;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series;

public sealed partial class SeriesStore
{
    /// <summary>Figures of this moment. Cheap enough to be asked at each scrape of our own metrics.</summary>
    public StoreStats Stats()
    {
        var newest = head.NewestMs;
        var oldest = Math.Max(head.OldestMs, head.Limits.MinValidMs);
        IReadOnlyList<Blocks.BlockReader> current;
        lock (viewGate) current = blocks;
        var isEmpty = newest == long.MinValue || oldest > newest;
        return new StoreStats
        {
            HeadSeries = head.LiveSeries,
            Series = Catalogue.Count,
            HeadMinMs = isEmpty ? null : oldest,
            HeadMaxMs = isEmpty ? null : newest,
            MinMs = current.Select(block => (long?)block.MinMs).Append(isEmpty ? null : oldest).Min(),
            MaxMs = current.Select(block => (long?)block.MaxMs).Append(isEmpty ? null : newest).Max(),
            SamplesAppended = head.SamplesAppended,
            LabelPairs = Catalogue.Pairs.Count,
            SizeBytes = SizeOnDisk(),
            Blocks = [.. current.Select(block => new StoredBlock(Path.GetFileName(block.Path), block.MinMs, block.MaxMs, block.SeriesCount, block.SampleCount, block.SizeBytes))],
            NativeBytes = new Dictionary<string, long>
            {
                ["catalogue"] = Catalogue.SizeBytes,
                ["head"] = head.SizeBytes,
                ["raw keys"] = rawKeys.SizeBytes,
            },
            Compactions = Interlocked.Read(ref compactions),
            FailedMaintenance = Interlocked.Read(ref failedMaintenance),
            ReadOnlyReason = Unavailable,
            UnwrittenBytes = UnwrittenBytes,
            RefusedSamples = Interlocked.Read(ref refusedSamples),
            SetAside = ToldDamage(),
        };
    }

    /// <summary>The largest contributors to the number of series. Walks the pairs: some milliseconds for a million.</summary>
    public StoreCardinality Cardinality(int top)
    {
        using var _ = Catalogue.Read();
        var pairs = Catalogue.Pairs;
        var names = Enumerable.Range(0, pairs.NameCount).ToArray();
        string NameText(int name) => Encoding.UTF8.GetString(pairs.NameUtf8OfNumber(name));
        var metricPairs = Catalogue.TryFindName(Encoding.UTF8.GetBytes(LabelSet.MetricName), out var metric) ? PairsOf(pairs, metric) : [];
        return new StoreCardinality(
            Largest(metricPairs.Select(pair => (pair, (long)Catalogue.Postings.Count(pair))), top, pair => Encoding.UTF8.GetString(pairs.ValueUtf8(pair))),
            Largest(names.Select(name => (name, (long)pairs.PairsOf(name))), top, NameText),
            Largest(names.Select(name => (name, pairs.ValueBytesOf(name))), top, NameText),
            Largest(
                Enumerable.Range(0, pairs.Count).Select(pair => (pair, (long)Catalogue.Postings.Count(pair))),
                top,
                pair => $"{NameText(pairs.NameOf(pair))}={Encoding.UTF8.GetString(pairs.ValueUtf8(pair))}"));
    }

    static IEnumerable<int> PairsOf(PairTable pairs, int name)
    {
        for (var pair = pairs.NewestPairOf(name); pair >= 0; pair = pairs.PreviousOfName(pair)) yield return pair;
    }

    /// <summary>Keeps the largest while it walks, so that a million of pairs are not sorted.</summary>
    static List<NamedCount> Largest(IEnumerable<(int Number, long Count)> all, int top, Func<int, string> text)
    {
        var kept = new PriorityQueue<int, long>();
        foreach (var (number, count) in all)
        {
            if (count == 0) continue;
            if (kept.Count < top) kept.Enqueue(number, count);
            else if (top > 0) kept.EnqueueDequeue(number, count);
        }
        var largest = new List<NamedCount>();
        while (kept.TryDequeue(out var number, out var count)) largest.Add(new NamedCount(text(number), count));
        largest.Sort((a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : string.CompareOrdinal(a.Name, b.Name));
        return largest;
    }

    long SizeOnDisk()
    {
        long bytes = 0;
        foreach (var file in new DirectoryInfo(options.Folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (file.Exists) bytes += file.Length; // A file may go while we look.
        }
        return bytes;
    }
}
