using Pharos.Model.Labels;
using Pharos.Model.Reading;

namespace Pharos.Server.Metrics.Api;

/// <summary>Label names, or values of one label, of the series that some selectors accept: sorted, each once.</summary>
static class LabelTexts
{
    /// <summary>Reads those of one selector. The range excludes its start, as seams do.</summary>
    public delegate IReadOnlyList<string> Reader(ISeriesSnapshot snapshot, IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation);

    public static IReadOnlyList<string> Names(ISeriesSnapshot snapshot, IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation) =>
        snapshot.LabelNames(matchers, afterMs, throughMs, cancellation);

    public static Reader Values(string name) => (snapshot, matchers, afterMs, throughMs, cancellation) => snapshot.LabelValues(name, matchers, afterMs, throughMs, cancellation);

    /// <param name="selectors">Joined by "or"; none: all series.</param>
    /// <param name="fromMs">Inclusive, as <paramref name="throughMs"/>.</param>
    public static IReadOnlyList<string> Union(ISeriesSource source, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, long fromMs, long throughMs, Reader read, CancellationToken cancellation)
    {
        using var snapshot = source.Lease();
        if (selectors.Count <= 1) return read(snapshot, selectors.Count == 0 ? [] : selectors[0], fromMs - 1, throughMs, cancellation);
        var union = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var matchers in selectors) union.UnionWith(read(snapshot, matchers, fromMs - 1, throughMs, cancellation));
        return [.. union];
    }
}
