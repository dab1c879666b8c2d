using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Writing;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>What one target remembers from scrape to scrape: its lines in order with their series, metadata, series that carry exemplars.</summary>
/// <remarks>
/// <para>24 bytes a line. There is no table by hash: a target shows the same lines in the same order nearly always, and when it does not,
/// <see cref="LineWalk"/> builds one for that scrape only.</para>
/// <para>Threads: one owner, the target's scrape that runs; only the metadata may be read by others.</para>
/// </remarks>
sealed class TargetMemory
{
    readonly Dictionary<string, MetricMetadata> metadata = new(StringComparer.Ordinal);
    KnownLine[] lines = [];

    public int Count { get; private set; }

    public Span<KnownLine> Lines => lines.AsSpan(0, Count);

    /// <summary>Whether the tracked series have a newest sample that is not a stale marker.</summary>
    public bool IsAlive { get; set; }

    /// <summary>Handles of <c>up</c> and its kin in the order of <see cref="ReportSeries.Names"/>; null: to be resolved.</summary>
    public SeriesHandle[]? ReportHandles { get; set; }

    /// <summary>Series that carried an exemplar: their labels, and a hash of the newest exemplar's bytes.</summary>
    public Dictionary<SeriesHandle, (LabelSet Labels, ulong Newest)> Exemplars { get; } = [];

    public void Replace(List<KnownLine> current)
    {
        if (lines.Length < current.Count || lines.Length > current.Count * 2) lines = new KnownLine[current.Count];
        current.CopyTo(lines);
        Count = current.Count;
        ForgetOldMetadata();
    }

    /// <summary>Forgets the lines behind the first ones.</summary>
    public void Cut(int count) => Count = count;

    /// <summary>Makes every line be resolved anew, because the rules that led to the series have changed; which series live is kept.</summary>
    public void Unresolve()
    {
        foreach (ref var line in Lines) line.Flags |= KnownLineFlags.Unresolved;
        ReportHandles = null;
        Exemplars.Clear();
    }

    /// <summary>Makes the lines of those series be resolved anew: the store gave their slots away.</summary>
    public void Unresolve(HashSet<SeriesHandle> gone)
    {
        foreach (ref var line in Lines)
        {
            if (line.Is(KnownLineFlags.Sample) && gone.Contains(line.Handle)) line.Flags |= KnownLineFlags.Unresolved;
        }
        foreach (var handle in gone) Exemplars.Remove(handle);
    }

    public void Describe(string family, MetricKind? kind = null, string? help = null, string? unit = null)
    {
        lock (metadata)
        {
            var known = metadata.GetValueOrDefault(family) ?? new(MetricKind.Unknown, "", "");
            metadata[family] = new(kind ?? known.Kind, help ?? known.Help, unit ?? known.Unit);
        }
    }

    /// <summary>A copy of what the target said of its families.</summary>
    public IReadOnlyDictionary<string, MetricMetadata> CopyMetadata()
    {
        lock (metadata) return new Dictionary<string, MetricMetadata>(metadata, StringComparer.Ordinal);
    }

    /// <summary>A target that names other families at every scrape must not fill the memory: start over, from lines read anew.</summary>
    void ForgetOldMetadata()
    {
        var described = 0;
        foreach (ref var line in Lines) described += line.Is(KnownLineFlags.Sample) ? 0 : 1;
        lock (metadata)
        {
            if (metadata.Count <= (2 * described) + 100) return;
            metadata.Clear();
        }
        foreach (ref var line in Lines)
        {
            if (!line.Is(KnownLineFlags.Sample)) line.Flags |= KnownLineFlags.Unresolved;
        }
    }
}
