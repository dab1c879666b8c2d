using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Writing;

namespace Pharos.Tests.Server.Metrics.RemoteWrite;

/// <summary>A sink that keeps what it is given, and judges samples as the store does without an out-of-order window.</summary>
sealed class RecordingSink : ISeriesSink
{
    readonly Dictionary<UInt128, SeriesHandle> byKey = [];
    readonly Dictionary<LabelSet, SeriesHandle> byLabels = [];
    readonly List<LabelSet> series = [];
    readonly Dictionary<uint, (long TimeMs, double Value)> newest = [];

    public List<(LabelSet Series, long TimeMs, double Value, long StartMs)> Samples { get; } = [];

    public List<(LabelSet Series, long TimeMs, FloatHistogram Histogram)> Histograms { get; } = [];

    public int Creations { get; private set; }

    public int Flushes { get; private set; }

    /// <summary>Answers so to every new series from now on.</summary>
    public string? RefuseSeries { get; set; }

    /// <summary>So many samples are told to be gone before the first is taken.</summary>
    public int GoneFirst { get; set; }

    public IOException? FlushFault { get; set; }

    public UInt128 HashRaw(ReadOnlySpan<byte> raw)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in raw) hash = (hash ^ b) * 1099511628211UL;
        return new(hash, (ulong)raw.Length);
    }

    public bool TryFind(UInt128 rawKey, out SeriesHandle handle) => byKey.TryGetValue(rawKey, out handle);

    public bool TryCreate(UInt128 rawKey, LabelSetBuilder sortedLabels, out SeriesHandle handle, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason)
    {
        reason = RefuseSeries;
        handle = default;
        if (reason is not null) return false;
        Creations++;
        var labels = new List<Label>();
        for (var i = 0; i < sortedLabels.Count; i++) labels.Add(new(Encoding.UTF8.GetString(sortedLabels.Name(i)), Encoding.UTF8.GetString(sortedLabels.Value(i))));
        var set = LabelSet.From(labels);
        if (!byLabels.TryGetValue(set, out handle))
        {
            handle = new((uint)series.Count, 1);
            series.Add(set);
            byLabels.Add(set, handle);
        }
        byKey[rawKey] = handle;
        return true;
    }

    public AppendOutcome Append(SampleBatch batch)
    {
        int stored = 0, same = 0, other = 0, late = 0, gone = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var slot = batch.Handles[i].Slot;
            if (GoneFirst > 0)
            {
                GoneFirst--;
                gone++;
                batch.Status[i] = AppendStatus.Gone;
                continue;
            }
            var sample = (batch.TimesMs[i], batch.Values[i]);
            if (newest.TryGetValue(slot, out var last) && last.TimeMs >= sample.Item1)
            {
                if (last.TimeMs > sample.Item1) (batch.Status[i], late) = (AppendStatus.OutOfOrder, late + 1);
                else if (last.Value.Equals(sample.Item2)) (batch.Status[i], same) = (AppendStatus.DuplicateSame, same + 1);
                else (batch.Status[i], other) = (AppendStatus.DuplicateOther, other + 1);
                continue;
            }
            newest[slot] = sample;
            batch.Status[i] = AppendStatus.Stored;
            stored++;
            if (batch.Histograms?.TryGetValue(i, out var histogram) == true) Histograms.Add((series[(int)slot], sample.Item1, histogram));
            else Samples.Add((series[(int)slot], sample.Item1, sample.Item2, batch.StartTimesMs?.GetValueOrDefault(i) ?? 0));
        }
        return new(stored, same, other, 0, 0, late, gone, 0, null);
    }

    public ValueTask FlushAsync(CancellationToken cancellation)
    {
        Flushes++;
        return FlushFault is null ? ValueTask.CompletedTask : ValueTask.FromException(FlushFault);
    }
}
