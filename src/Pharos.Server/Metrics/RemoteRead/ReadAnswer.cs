using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Server.Doors;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.RemoteRead;

/// <summary>Reads the series of one query, batch by batch, as the messages of remote read's two answers.</summary>
/// <remarks>
/// <para>External labels belong to what leaves this server: series get them where they have none of that name, and a matcher on one of them
/// that asks for our own value is met by all series.</para>
/// <para>Limits: samples over all queries of a request; beyond them an <see cref="ApiFaultException"/> names the limit.</para>
/// <para>Source: prompb/remote.proto and types.proto; Prometheus remote read (facts). Threads: one at a time.</para>
/// </remarks>
sealed class ReadAnswer(ISeriesSource source, LabelSet externalLabels, long maxSamples)
{
    readonly ProtoWriter label = new();
    readonly ProtoWriter sample = new();
    readonly ProtoWriter series = new();
    long samples;

    /// <summary>The message of each series, one writer for all of them. It may be gone through in slices, by one thread after the other.</summary>
    public IEnumerable<ProtoWriter> Read(ReadQuery query, bool asChunks, CancellationToken cancellation)
    {
        if (query.ThroughMs < query.FromMs) yield break;
        var matchers = query.Matchers.Where(matcher => !IsMetByAll(matcher)).ToList();
        var from = query.FromMs == long.MinValue ? long.MinValue : query.FromMs - 1;
        using var snapshot = source.Lease();
        using var batch = new SeriesBatch();
        using var cursor = snapshot.Select(matchers, new SelectHints(from, query.ThroughMs, Want.Samples), cancellation);
        while (cursor.MoveNext(batch))
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < batch.Count; i++)
            {
                if (batch.Times(i).IsEmpty) continue;
                samples += batch.Times(i).Length;
                if (samples > maxSamples) throw ApiFaultException.BadData($"exceeded sample limit ({maxSamples})");
                series.Clear();
                WriteLabels(snapshot.Symbols, batch.Pairs(i));
                if (asChunks) WriteChunks(batch, i);
                else WriteSamples(batch, i);
                yield return series;
            }
        }
    }

    bool IsMetByAll(LabelMatcher matcher) => matcher.Kind == MatchKind.Equal && matcher.Value.Length > 0 && externalLabels[matcher.Name] == matcher.Value;

    void WriteLabels(ILabelSymbols symbols, ReadOnlySpan<int> pairs)
    {
        var external = 0;
        foreach (var pair in pairs)
        {
            var name = symbols.NameUtf8(pair);
            for (; external < externalLabels.Count; external++)
            {
                var order = Encoding.UTF8.GetBytes(externalLabels[external].Name).AsSpan().SequenceCompareTo(name);
                if (order > 0) break;
                if (order < 0) WriteLabel(externalLabels[external]);
            }
            WriteLabel(name, symbols.ValueUtf8(pair));
        }
        for (; external < externalLabels.Count; external++) WriteLabel(externalLabels[external]);
    }

    void WriteLabel(Label pair) => WriteLabel(Encoding.UTF8.GetBytes(pair.Name), Encoding.UTF8.GetBytes(pair.Value));

    void WriteLabel(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        label.Clear();
        label.Bytes(1, name);
        label.Bytes(2, value);
        series.Message(1, label);
    }

    void WriteSamples(SeriesBatch batch, int index)
    {
        var times = batch.Times(index);
        var values = batch.Values(index);
        var histograms = batch.Histograms(index);
        for (var i = 0; i < times.Length; i++)
        {
            if (!histograms.IsEmpty && histograms[i] is { } histogram)
            {
                series.Message(4, HistogramWriter.Write(histogram, times[i]));
                continue;
            }
            sample.Clear();
            sample.Double(1, values[i]);
            sample.Int64(2, times[i]);
            series.Message(2, sample);
        }
    }

    /// <summary>A chunk for each run of one kind: floats, or histograms of one layout.</summary>
    void WriteChunks(SeriesBatch batch, int index)
    {
        var times = batch.Times(index);
        var values = batch.Values(index);
        var histograms = batch.Histograms(index);
        for (int start = 0, count; start < times.Length; start += count)
        {
            if (!histograms.IsEmpty && histograms[start] is not null)
            {
                (var bytes, var encoding, count) = HistogramChunk.Encode(times[start..], histograms[start..]);
                WriteChunk(times.Slice(start, count), encoding, bytes);
                continue;
            }
            count = 1;
            while (count < XorChunk.MaxSamples && start + count < times.Length && (histograms.IsEmpty || histograms[start + count] is null)) count++;
            WriteChunk(times.Slice(start, count), XorChunk.Encoding, XorChunk.Encode(times.Slice(start, count), values.Slice(start, count)));
        }
    }

    void WriteChunk(ReadOnlySpan<long> times, int encoding, byte[] bytes)
    {
        sample.Clear();
        sample.Int64(1, times[0]);
        sample.Int64(2, times[^1]);
        sample.Varint(3, (ulong)encoding);
        sample.Bytes(4, bytes);
        series.Message(2, sample);
    }
}
