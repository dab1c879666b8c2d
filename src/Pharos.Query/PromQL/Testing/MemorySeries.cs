using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Model.Writing;

namespace Pharos.Query.PromQL.Testing;

/// <summary>A store in memory, for tests of rules and queries: simple enough to be trusted.</summary>
/// <remarks>
/// <para>Shape: samples of a series in ascending time; an older one, or another one at the same time, is refused with its status.</para>
/// <para>Threads: one. A lease is no copy: it sees what is appended later.</para>
/// </remarks>
public sealed class MemorySeries : ISeriesSource, ISeriesSink
{
    readonly MemorySymbols symbols = new();
    readonly List<StoredSeries> series = [];
    readonly Dictionary<LabelSet, uint> slots = [];
    readonly Dictionary<UInt128, uint> raw = [];

    public int SeriesCount => series.Count;

    public ISeriesSnapshot Lease() => new Snapshot(this);

    /// <summary>Appends one sample. The value beside a histogram is ignored.</summary>
    public AppendStatus Append(LabelSet labels, long timeMs, double value, FloatHistogram? histogram = null) =>
        series[(int)SlotOf(labels)].Append(timeMs, value, histogram);

    public UInt128 HashRaw(ReadOnlySpan<byte> raw)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(raw, hash);
        return new(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
    }

    public bool TryFind(UInt128 rawKey, out SeriesHandle handle)
    {
        var found = raw.TryGetValue(rawKey, out var slot);
        handle = new(slot, 0);
        return found;
    }

    public bool TryCreate(UInt128 rawKey, LabelSetBuilder sortedLabels, out SeriesHandle handle, [NotNullWhen(false)] out string? reason)
    {
        var labels = new Label[sortedLabels.Count];
        for (var i = 0; i < labels.Length; i++) labels[i] = new(Encoding.UTF8.GetString(sortedLabels.Name(i)), Encoding.UTF8.GetString(sortedLabels.Value(i)));
        var slot = SlotOf(LabelSet.From(labels));
        if (rawKey != 0) raw[rawKey] = slot;
        handle = new(slot, 0);
        reason = null;
        return true;
    }

    public AppendOutcome Append(SampleBatch batch)
    {
        Span<int> counts = stackalloc int[7];
        for (var i = 0; i < batch.Count; i++)
        {
            FloatHistogram? histogram = null;
            batch.Histograms?.TryGetValue(i, out histogram);
            batch.Status[i] = series[(int)batch.Handles[i].Slot].Append(batch.TimesMs[i], batch.Values[i], histogram);
            counts[(int)batch.Status[i]]++;
        }
        return new(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], null);
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    uint SlotOf(LabelSet labels)
    {
        if (slots.TryGetValue(labels, out var slot)) return slot;
        slot = (uint)series.Count;
        slots.Add(labels, slot);
        series.Add(new(labels, [.. labels.Select(label => symbols.Intern(label.Name, label.Value))]));
        return slot;
    }

    /// <summary>One series with its samples as columns.</summary>
    sealed class StoredSeries(LabelSet labels, int[] pairs)
    {
        readonly List<FloatHistogram?> histograms = [];
        bool hasHistograms;

        public LabelSet Labels => labels;

        public int[] Pairs => pairs;

        public List<long> Times { get; } = [];

        public List<double> Values { get; } = [];

        public AppendStatus Append(long timeMs, double value, FloatHistogram? histogram)
        {
            if (Times.Count > 0 && timeMs < Times[^1]) return AppendStatus.OutOfOrder;
            if (Times.Count > 0 && timeMs == Times[^1])
            {
                var same = histogram is null ? histograms[^1] is null && Values[^1].Equals(value) : histogram.Equals(histograms[^1]);
                return same ? AppendStatus.DuplicateSame : AppendStatus.DuplicateOther;
            }
            Times.Add(timeMs);
            Values.Add(histogram?.Sum ?? value);
            histograms.Add(histogram);
            hasHistograms |= histogram is not null;
            return AppendStatus.Stored;
        }

        public (int Start, int End) Window(long afterMs, long throughMs) => (FirstAfter(afterMs), FirstAfter(throughMs));

        public FloatHistogram?[]? Lane(int start, int end)
        {
            if (!hasHistograms) return null;
            var lane = histograms.GetRange(start, end - start).ToArray();
            return Array.TrueForAll(lane, histogram => histogram is null) ? null : lane;
        }

        int FirstAfter(long ms)
        {
            var at = Times.BinarySearch(ms);
            return at < 0 ? ~at : at + 1;
        }
    }

    sealed class Snapshot(MemorySeries store) : ISeriesSnapshot
    {
        public ILabelSymbols Symbols => store.symbols;

        public ISeriesCursor Select(IReadOnlyList<LabelMatcher> matchers, SelectHints hints, CancellationToken cancellation) =>
            new Cursor([.. Matching(matchers, hints.AfterMs, hints.ThroughMs)], hints, cancellation);

        public IReadOnlyList<string> LabelNames(IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation) =>
            [.. Matching(matchers, afterMs, throughMs).SelectMany(one => one.Labels).Select(label => label.Name).Distinct().Order(StringComparer.Ordinal)];

        public IReadOnlyList<string> LabelValues(string name, IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs, CancellationToken cancellation) =>
            [.. Matching(matchers, afterMs, throughMs).Select(one => one.Labels[name]).Where(value => value.Length > 0).Distinct().Order(StringComparer.Ordinal)];

        public void Dispose()
        {
            // Nothing is held.
        }

        IEnumerable<StoredSeries> Matching(IReadOnlyList<LabelMatcher> matchers, long afterMs, long throughMs)
        {
            foreach (var one in store.series)
            {
                var (start, end) = one.Window(afterMs, throughMs);
                if (start < end && matchers.All(matcher => matcher.Matches(one.Labels[matcher.Name]))) yield return one;
            }
        }
    }

    sealed class Cursor(StoredSeries[] selected, SelectHints hints, CancellationToken cancellation) : ISeriesCursor
    {
        int next;
        long bytes;

        public bool MoveNext(SeriesBatch batch)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Clear();
            for (; next < selected.Length && batch.Count < SeriesBatch.MaxSeries; next++) Add(batch, selected[next]);
            bytes += batch.SizeBytes;
            if (bytes > hints.MaxBytes) throw new QueryTooLargeException($"the query needs more than {hints.MaxBytes} bytes of samples");
            return batch.Count > 0;
        }

        public void Dispose()
        {
            // Nothing is held.
        }

        void Add(SeriesBatch batch, StoredSeries one)
        {
            var (start, end) = one.Window(hints.AfterMs, hints.ThroughMs);
            if (hints.Want == Want.Newest) start = end - 1;
            if (hints.Want == Want.Labels) end = start;
            var column = batch.AddTimeColumn(end - start, out var times);
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(one.Times)[start..end].CopyTo(times);
            batch.AddSeries((ulong)next, one.Pairs, column, out var values);
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(one.Values)[start..end].CopyTo(values);
            if (one.Lane(start, end) is { } lane) batch.SetHistograms(lane);
        }
    }
}
