using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Storage.Series.Index;

namespace Pharos.Storage.Series.Views;

/// <summary>One query's view of the store: the blocks as they were when it was leased, and what the head holds beyond them.</summary>
/// <remarks>
/// <para>Samples that arrive while it is open may or may not be seen; nothing that was there before disappears.</para>
/// <para>Threads: one query. Lifetime: disposing gives the lease back; files and slots are freed after the last lease that may see them.</para>
/// </remarks>
sealed class StoreSnapshot(StoreViews views, MatcherResolver resolver, StoreView view) : ISeriesSnapshot
{
    bool isDisposed;

    public ILabelSymbols Symbols => views.Catalogue;

    public ISeriesCursor Select(IReadOnlyList<LabelMatcher> matchers, SelectHints hints, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        var series = resolver.Resolve(matchers, cancellation);
        return new SeriesCursor(views.Catalogue, new SeriesReader(views, view, hints.AfterMs, hints.ThroughMs), series, hints, cancellation);
    }

    public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation) =>
        Listing(afterMs, throughMs, cancellation).Names(Asked(matchers, cancellation));

    public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation)
    {
        if (!views.Catalogue.TryFindName(Encoding.UTF8.GetBytes(name), out var number)) return [];
        return Listing(afterMs, throughMs, cancellation).Values(number, Asked(matchers, cancellation));
    }

    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        view.Release();
    }

    LabelListing Listing(long afterMs, long throughMs, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return new LabelListing(views.Catalogue, new SeriesReader(views, view, afterMs, throughMs), cancellation);
    }

    uint[]? Asked(IReadOnlyList<LabelMatcher> matchers, CancellationToken cancellation) =>
        matchers.Count == 0 ? null : resolver.Resolve(matchers, cancellation);
}
