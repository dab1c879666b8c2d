using Pharos.Model.Labels;
using Pharos.Model.Reading;

namespace Pharos.Server.Metrics.Api;

/// <summary>The labels of the series that some selectors accept, each series once, sorted by labels as Prometheus lists them.</summary>
/// <remarks>Lifetime: holds the lease that its labels live in; dispose it once written. Memory: about 4 bytes a label and 30 a series.</remarks>
sealed class SeriesListing : IDisposable
{
    readonly ISeriesSnapshot snapshot;
    readonly List<int[]> series = [];

    SeriesListing(ISeriesSnapshot snapshot) => this.snapshot = snapshot;

    public ILabelSymbols Symbols => snapshot.Symbols;

    public int Count => series.Count;

    /// <summary>More series match than were asked for.</summary>
    public bool IsCut { get; private set; }

    public ReadOnlySpan<int> Pairs(int index) => series[index];

    /// <param name="limit">Most series; 0: all.</param>
    public static SeriesListing Read(ISeriesSource source, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, long fromMs, long throughMs, int limit, CancellationToken cancellation)
    {
        var listing = new SeriesListing(source.Lease());
        try
        {
            listing.Fill(selectors, new SelectHints(fromMs - 1, throughMs, Want.Labels), limit, cancellation);
            return listing;
        }
        catch
        {
            listing.Dispose();
            throw;
        }
    }

    public void Dispose() => snapshot.Dispose();

    void Fill(IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, SelectHints hints, int limit, CancellationToken cancellation)
    {
        var seen = selectors.Count > 1 ? new HashSet<ulong>() : null;
        using var batch = new SeriesBatch();
        foreach (var matchers in selectors)
        {
            using var cursor = snapshot.Select(matchers, hints, cancellation);
            while (cursor.MoveNext(batch))
            {
                cancellation.ThrowIfCancellationRequested();
                for (var i = 0; i < batch.Count; i++)
                {
                    if (seen is null || seen.Add(batch.Id(i))) series.Add(batch.Pairs(i).ToArray());
                }
            }
        }
        series.Sort(Compare);
        if (limit == 0 || series.Count <= limit) return;
        IsCut = true;
        series.RemoveRange(limit, series.Count - limit);
    }

    int Compare(int[] left, int[] right)
    {
        var symbols = snapshot.Symbols;
        var shared = Math.Min(left.Length, right.Length);
        for (var i = 0; i < shared; i++)
        {
            if (left[i] == right[i]) continue; // The same pair has the same number.
            var order = symbols.NameUtf8(left[i]).SequenceCompareTo(symbols.NameUtf8(right[i]));
            return order != 0 ? order : symbols.ValueUtf8(left[i]).SequenceCompareTo(symbols.ValueUtf8(right[i]));
        }
        return left.Length.CompareTo(right.Length);
    }
}
