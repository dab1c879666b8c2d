using System.Text;
using Pharos.Model.Labels;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series;

/// <summary>Counts where the series come from.</summary>
static class CardinalityCount
{
    /// <summary>The largest contributors to the number of series. Walks the pairs: some milliseconds for a million.</summary>
    public static StoreCardinality Of(SeriesCatalogue catalogue, int top)
    {
        using var _ = catalogue.Read();
        var pairs = catalogue.Pairs;
        var names = Enumerable.Range(0, pairs.NameCount).ToArray();
        string NameText(int name) => Encoding.UTF8.GetString(pairs.NameUtf8OfNumber(name));
        var metricPairs = catalogue.TryFindName(Encoding.UTF8.GetBytes(LabelSet.MetricName), out var metric) ? PairsOf(pairs, metric) : [];
        return new StoreCardinality(
            Largest(metricPairs.Select(pair => (pair, (long)catalogue.Postings.Count(pair))), top, pair => Encoding.UTF8.GetString(pairs.ValueUtf8(pair))),
            Largest(names.Select(name => (name, (long)pairs.PairsOf(name))), top, NameText),
            Largest(names.Select(name => (name, pairs.ValueBytesOf(name))), top, NameText),
            Largest(
                Enumerable.Range(0, pairs.Count).Select(pair => (pair, (long)catalogue.Postings.Count(pair))),
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
}
