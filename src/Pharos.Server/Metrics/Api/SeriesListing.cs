using System.Runtime.InteropServices;
using Pharos.Model.Labels;
using Pharos.Model.Reading;

namespace Pharos.Server.Metrics.Api;

/// <summary>The labels of the series that some selectors accept, each series once, sorted by labels as Prometheus lists them.</summary>
/// <remarks>Lifetime: holds the lease that its labels live in; dispose it once written. Memory: about 8 bytes a label and 8 a series.</remarks>
sealed class SeriesListing : IDisposable
{
    readonly ISeriesSnapshot snapshot;
    readonly List<int> pairs = [];
    readonly List<int> ends = [];
    int[] order = [];

    SeriesListing(ISeriesSnapshot snapshot) => this.snapshot = snapshot;

    public ILabelSymbols Symbols => snapshot.Symbols;

    public int Count { get; private set; }

    /// <summary>More series match than were asked for.</summary>
    public bool IsCut => Count < order.Length;

    public ReadOnlySpan<int> Pairs(int index) => Of(pairs, order[index]);

    /// <param name="limit">Most series; 0: all.</param>
    public static SeriesListing Read(ISeriesSource source, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, long fromMs, long throughMs, int limit, CancellationToken cancellation)
    {
        var listing = new SeriesListing(source.Lease());
        try
        {
            listing.Fill(selectors, new SelectHints(fromMs - 1, throughMs, Want.Labels), cancellation);
            listing.Sort(cancellation);
            listing.Count = limit == 0 ? listing.order.Length : Math.Min(limit, listing.order.Length);
            return listing;
        }
        catch
        {
            listing.Dispose();
            throw;
        }
    }

    public void Dispose() => snapshot.Dispose();

    void Fill(IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, SelectHints hints, CancellationToken cancellation)
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
                    if (seen is not null && !seen.Add(batch.Id(i))) continue;
                    pairs.AddRange(batch.Pairs(i));
                    ends.Add(pairs.Count);
                }
            }
        }
    }

    /// <summary>Texts are compared once for each distinct pair; the series then by the ranks of their pairs.</summary>
    void Sort(CancellationToken cancellation)
    {
        var ranks = Ranks();
        cancellation.ThrowIfCancellationRequested();
        order = new int[ends.Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (left, right) => Of(ranks, left).SequenceCompareTo(Of(ranks, right)));
    }

    /// <summary>In place of each pair its place among the distinct ones, by name and value.</summary>
    List<int> Ranks()
    {
        var distinct = new HashSet<int>(pairs).ToArray();
        Array.Sort(distinct, Compare);
        var rankOf = new Dictionary<int, int>(distinct.Length);
        for (var i = 0; i < distinct.Length; i++) rankOf[distinct[i]] = i;
        var ranks = new List<int>(pairs.Count);
        foreach (var pair in pairs) ranks.Add(rankOf[pair]);
        return ranks;
    }

    int Compare(int left, int right)
    {
        var order = Symbols.NameUtf8(left).SequenceCompareTo(Symbols.NameUtf8(right));
        return order != 0 ? order : Symbols.ValueUtf8(left).SequenceCompareTo(Symbols.ValueUtf8(right));
    }

    ReadOnlySpan<int> Of(List<int> numbers, int series)
    {
        var start = series == 0 ? 0 : ends[series - 1];
        return CollectionsMarshal.AsSpan(numbers)[start..ends[series]];
    }
}
