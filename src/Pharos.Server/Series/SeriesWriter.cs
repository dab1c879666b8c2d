using System.Buffers;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Writing;

namespace Pharos.Server.Series;

/// <summary>Writes what somebody yields turn by turn into the store: finds the series, appends, resolves anew those whose slots the store gave away
/// meanwhile, and marks stale what is not yielded any more.</summary>
/// <remarks>
/// <para>A series costs one hash of its label bytes here; labels become series of the store only when they are new. Who knows his series by their
/// place, as scrapes do, keeps the handles himself and takes only <see cref="Append"/> and <see cref="AddStaleMarkers"/>.</para>
/// <para>Threads: one, the owner's.</para>
/// </remarks>
sealed class SeriesWriter(ISeriesSink sink)
{
    readonly SampleBatch batch = new();
    readonly ArrayBufferWriter<byte> raw = new();
    Dictionary<UInt128, SeriesHandle> previous = [];
    Dictionary<UInt128, SeriesHandle> current = [];

    /// <summary>Labels of the series added next: fill it, in any order, before each <see cref="TryAdd(long, double, FloatHistogram?, out string?)"/>.</summary>
    public LabelSetBuilder Labels { get; } = new();

    /// <summary>Writes one turn: what is added meanwhile, and stale markers for series that were there last time and are not now.</summary>
    /// <param name="add">Adds all samples of the turn. When it throws, nothing is written; it is called twice when the store gave a slot away in between.</param>
    public AppendOutcome Write(long timeMs, Action add)
    {
        for (var isLast = false; ; isLast = true)
        {
            batch.Clear();
            current.Clear();
            Labels.Clear();
            add();
            foreach (var (key, handle) in previous)
            {
                if (!current.ContainsKey(key)) batch.Add(handle, timeMs, StaleMarker.Value);
            }
            if (batch.Count == 0) break;
            var outcome = Append(sink, batch, out var gone);
            if (gone is not null && !isLast && current.Values.Any(gone.Contains)) continue; // A series that only ends, and is gone, has ended.
            (previous, current) = (current, previous);
            return outcome;
        }
        (previous, current) = (current, previous);
        return default;
    }

    /// <summary>Adds a sample of the series in <see cref="Labels"/>, and clears those.</summary>
    /// <param name="refusal">Why the series cannot be written; null when it can.</param>
    /// <returns>False: it cannot be written, or was added before in this turn.</returns>
    public bool TryAdd(long timeMs, double value, FloatHistogram? histogram, out string? refusal)
    {
        refusal = null;
        if (!Labels.Sort())
        {
            refusal = "a label occurs twice";
            return false;
        }
        var key = RawKey();
        if (!sink.TryFind(key, out var handle) && !sink.TryCreate(key, Labels, out handle, out refusal)) return false;
        Labels.Clear();
        if (!current.TryAdd(key, handle)) return false;
        if (histogram is null) batch.Add(handle, timeMs, value);
        else batch.Add(handle, timeMs, histogram);
        return true;
    }

    public bool TryAdd(LabelSet labels, long timeMs, double value, out string? refusal)
    {
        Labels.Clear();
        foreach (var (name, labelValue) in labels) Labels.Add(name, labelValue);
        return TryAdd(timeMs, value, null, out refusal);
    }

    /// <summary>Takes over the series of a writer that this one replaces.</summary>
    public void Inherit(SeriesWriter from) => previous = from.previous;

    /// <summary>Marks all series of the last turn stale: nobody will write them any more.</summary>
    public void MarkStale(long timeMs) => Write(timeMs, static () => { });

    /// <summary>Appends a batch of handles that its owner keeps.</summary>
    /// <param name="gone">Those whose slots the store gave away: resolve their labels anew, and append their samples once more. Null: none.</param>
    public static AppendOutcome Append(ISeriesSink sink, SampleBatch batch, out HashSet<SeriesHandle>? gone)
    {
        var outcome = sink.Append(batch);
        gone = null;
        if (outcome.Gone == 0) return outcome;
        gone = [];
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch.Status[i] == AppendStatus.Gone) gone.Add(batch.Handles[i]);
        }
        return outcome;
    }

    public static void AddStaleMarkers(SampleBatch batch, ReadOnlySpan<SeriesHandle> handles, long timeMs)
    {
        foreach (var handle in handles) batch.Add(handle, timeMs, StaleMarker.Value);
    }

    UInt128 RawKey()
    {
        raw.ResetWrittenCount();
        for (var i = 0; i < Labels.Count; i++)
        {
            Write(Labels.Name(i));
            Write(Labels.Value(i));
        }
        return sink.HashRaw(raw.WrittenSpan);
    }

    /// <summary>Text ends with a byte that UTF-8 never holds, so that no two label sets read the same.</summary>
    void Write(ReadOnlySpan<byte> text)
    {
        raw.Write(text);
        raw.Write([(byte)0xff]);
    }
}
