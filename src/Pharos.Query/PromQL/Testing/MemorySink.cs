using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Writing;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Writes into a <see cref="MemorySource"/>, as rules do into a store. Handles stay valid for ever.</summary>
/// <remarks>Threads: one.</remarks>
public sealed class MemorySink(MemorySource source) : ISeriesSink
{
    readonly List<MemorySeries> series = [];
    readonly Dictionary<UInt128, uint> slots = [];

    public UInt128 HashRaw(ReadOnlySpan<byte> raw)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(raw, hash);
        return new(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
    }

    public bool TryFind(UInt128 rawKey, out SeriesHandle handle)
    {
        var found = slots.TryGetValue(rawKey, out var slot);
        handle = new(slot, 0);
        return found;
    }

    public bool TryCreate(UInt128 rawKey, LabelSetBuilder sortedLabels, out SeriesHandle handle, [NotNullWhen(false)] out string? reason)
    {
        var labels = new Label[sortedLabels.Count];
        for (var i = 0; i < labels.Length; i++) labels[i] = new(Encoding.UTF8.GetString(sortedLabels.Name(i)), Encoding.UTF8.GetString(sortedLabels.Value(i)));
        handle = new((uint)series.Count, 0);
        series.Add(source.Series(LabelSet.From(labels)));
        if (rawKey != 0) slots[rawKey] = handle.Slot;
        reason = null;
        return true;
    }

    public AppendOutcome Append(SampleBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            FloatHistogram? histogram = null;
            batch.Histograms?.TryGetValue(i, out histogram);
            series[(int)batch.Handles[i].Slot].Add(batch.TimesMs[i], batch.Values[i], histogram);
            batch.Status[i] = AppendStatus.Stored;
        }
        return new(batch.Count, 0, 0, 0, 0, 0, 0, 0, null);
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => ValueTask.CompletedTask;
}
