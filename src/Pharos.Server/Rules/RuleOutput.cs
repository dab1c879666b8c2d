using System.Buffers;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Writing;

namespace Pharos.Server.Rules;

/// <summary>Writes what one rule yields into the store, and marks series stale that it no longer yields.</summary>
/// <remarks>
/// <para>A series costs one hash of its label bytes here; labels become series of the store only when they are new.</para>
/// <para>Order: <see cref="Begin"/>, any number of <see cref="TryAdd"/>, then <see cref="Commit"/>, or a new Begin to forget them.
/// Threads: one, the rule's.</para>
/// </remarks>
sealed class RuleOutput(ISeriesSink sink)
{
    readonly SampleBatch batch = new();
    readonly ArrayBufferWriter<byte> raw = new();
    Dictionary<UInt128, SeriesHandle> previous = [];
    Dictionary<UInt128, SeriesHandle> current = [];

    /// <summary>Labels of the series added next: fill it, in any order, before each <see cref="TryAdd"/>.</summary>
    public LabelSetBuilder Labels { get; } = new();

    public void Begin()
    {
        batch.Clear();
        current.Clear();
        Labels.Clear();
    }

    /// <summary>Adds a sample of the series in <see cref="Labels"/>, and clears those. False: that series was added before.</summary>
    /// <exception cref="RuleEvaluationException">The store refuses the series; the message says why.</exception>
    public bool TryAdd(long timeMs, double value, FloatHistogram? histogram)
    {
        if (!Labels.Sort()) throw new RuleEvaluationException("a label occurs twice");
        var key = RawKey();
        if (!sink.TryFind(key, out var handle) && !sink.TryCreate(key, Labels, out handle, out var reason)) throw new RuleEvaluationException(reason);
        Labels.Clear();
        if (!current.TryAdd(key, handle)) return false;
        if (histogram is null) batch.Add(handle, timeMs, value);
        else batch.Add(handle, timeMs, histogram);
        return true;
    }

    public bool TryAdd(LabelSet labels, long timeMs, double value)
    {
        Labels.Clear();
        foreach (var (name, labelValue) in labels) Labels.Add(name, labelValue);
        return TryAdd(timeMs, value, null);
    }

    /// <summary>Writes what was added, and stale markers for series that were there last time and are not now.</summary>
    public AppendOutcome Commit(long timeMs)
    {
        foreach (var (key, handle) in previous)
        {
            if (!current.ContainsKey(key)) batch.Add(handle, timeMs, StaleMarker.Value);
        }
        (previous, current) = (current, previous);
        return batch.Count == 0 ? default : sink.Append(batch);
    }

    /// <summary>Takes over the series of a rule that this one replaces.</summary>
    public void Inherit(RuleOutput from) => previous = from.previous;

    /// <summary>Marks all series of the rule stale: it is gone.</summary>
    public void MarkStale(long timeMs)
    {
        Begin();
        Commit(timeMs);
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

/// <summary>A rule could not be evaluated; the message is what its user reads.</summary>
sealed class RuleEvaluationException(string message) : Exception(message);
