using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Reading;

namespace Pharos.Storage.Series;

/// <summary>One query's view of the store: the blocks as they were when it was leased, and what the head holds beyond them.</summary>
/// <remarks>
/// <para>Samples that arrive while it is open may or may not be seen; nothing that was there before disappears.</para>
/// <para>Threads: one query. Lifetime: disposing gives the lease back; files and slots are freed after the last lease that may see them.</para>
/// </remarks>
sealed class StoreSnapshot(SeriesStore store, StoreView view) : ISeriesSnapshot
{
    bool isDisposed;

    public ILabelSymbols Symbols => store.Catalogue;

    public ISeriesCursor Select(IReadOnlyList<LabelMatcher> matchers, SelectHints hints, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        var series = store.Matchers.Resolve(matchers, cancellation);
        return new SeriesCursor(store.Catalogue, new SeriesReader(store, view, hints.AfterMs, hints.ThroughMs), series, hints, cancellation);
    }

    public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation)
    {
        var found = new HashSet<int>();
        foreach (var pair in PairsInRange(matchers, afterMs, throughMs, cancellation)) found.Add(store.Catalogue.NameOf(pair));
        return Sorted(found.Select(name => Encoding.UTF8.GetString(store.Catalogue.Pairs.NameUtf8OfNumber(name))));
    }

    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation)
    {
        if (!store.Catalogue.TryFindName(Encoding.UTF8.GetBytes(name), out var number)) return [];
        // Only series that have the label: its postings are often far fewer.
        var having = new LabelMatcher(MatchKind.NotEqual, name, "");
        var found = new HashSet<int>();
        foreach (var pair in PairsInRange([.. matchers, having], afterMs, throughMs, cancellation))
        {
            if (store.Catalogue.NameOf(pair) == number) found.Add(pair);
        }
        return Sorted(found.Select(pair => Encoding.UTF8.GetString(store.Catalogue.ValueUtf8(pair))));
    }

    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        view.Release();
    }

    IEnumerable<int> PairsInRange(IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation)
    {
        using var cursor = Select(matchers, new SelectHints(afterMs, throughMs, Want.Labels), cancellation);
        using var batch = new SeriesBatch();
        while (cursor.MoveNext(batch))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                foreach (var pair in batch.Pairs(i).ToArray()) yield return pair;
            }
        }
    }

    static List<string> Sorted(IEnumerable<string> texts)
    {
        var sorted = texts.ToList();
        sorted.Sort(string.CompareOrdinal);
        return sorted;
    }
}
