using System.Diagnostics.CodeAnalysis;
using Pharos.Model.Labels;
using Pharos.Model.Writing;
using Pharos.Storage.Series.Index;

namespace Pharos.Bench;

/// <summary>A store that knows its series by their raw keys and keeps no sample, so that only what stands before it is measured.</summary>
/// <remarks>Series without a raw key (0) are new each time; who creates them remembers the handle.</remarks>
sealed class NoStore : ISeriesSink
{
    readonly KeyedHash hash = new();
    readonly Dictionary<UInt128, SeriesHandle> known = [];
    uint slots;

    public UInt128 HashRaw(ReadOnlySpan<byte> raw) => hash.Hash128(raw);

    public bool TryFind(UInt128 rawKey, out SeriesHandle handle) => known.TryGetValue(rawKey, out handle);

    public bool TryCreate(UInt128 rawKey, LabelSetBuilder sortedLabels, out SeriesHandle handle, [NotNullWhen(false)] out string? reason)
    {
        handle = new(slots++, 1);
        if (rawKey != 0) known[rawKey] = handle;
        reason = null;
        return true;
    }

    public AppendOutcome Append(SampleBatch batch) => new() { Stored = batch.Count };

    public ValueTask FlushAsync(CancellationToken cancellation) => ValueTask.CompletedTask;
}
