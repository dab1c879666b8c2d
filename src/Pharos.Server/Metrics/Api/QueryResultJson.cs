using System.Diagnostics;
using Pharos.Model.Samples;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Histograms;
using Pharos.Server.Doors;
using Pharos.Server.Text;

namespace Pharos.Server.Metrics.Api;

/// <summary>The value of <c>data.resultType</c> and <c>data.result</c>: the bulk of what Pharos ever answers, so it is written without objects.</summary>
/// <remarks>
/// <para>Shape: label pairs are copied as the catalogue keeps them, escaped once. A matrix' series with floats and histograms has both
/// <c>values</c> and <c>histograms</c>. Series are written point by point in pieces, so that a long one is not held as text.</para>
/// <para>Source: Prometheus HTTP API, expression query result formats (facts).</para>
/// </remarks>
static class QueryResultJson
{
    const int MaxPointLength = SampleText.MaxTimeLength + SampleText.MaxValueLength + 6;

    /// <param name="maxSeries">0: all.</param>
    public static async ValueTask WriteAsync(AnswerBody to, QueryResult result, int maxSeries, long atMs)
    {
        switch (result.Kind)
        {
            case ValueKind.Scalar:
                to.Raw("\"resultType\":\"scalar\",\"result\":"u8);
                Point(to, result.SeriesCount == 0 ? atMs : result.Times(0)[0], result.Values(0)[0]);
                break;
            case ValueKind.String:
                to.Raw("\"resultType\":\"string\",\"result\":["u8);
                to.Time(atMs);
                to.Raw(","u8);
                to.String(result.Text);
                to.Raw("]"u8);
                break;
            case ValueKind.Vector:
                await WriteVectorAsync(to, result, maxSeries);
                break;
            case ValueKind.Matrix:
                await WriteMatrixAsync(to, result, maxSeries);
                break;
            default:
                throw new UnreachableException($"BUG: result of kind {result.Kind}");
        }
    }

    static async ValueTask WriteVectorAsync(AnswerBody to, QueryResult result, int maxSeries)
    {
        to.Raw("\"resultType\":\"vector\",\"result\":["u8);
        var count = maxSeries > 0 ? Math.Min(maxSeries, result.SeriesCount) : result.SeriesCount;
        for (var i = 0; i < count; i++)
        {
            WriteSample(to, result, i);
            if (to.WantsFlush) await to.FlushAsync();
        }
        to.Raw("]"u8);
    }

    static void WriteSample(AnswerBody to, QueryResult result, int index)
    {
        to.Raw(index == 0 ? "{"u8 : ",{"u8);
        WriteLabels(to, result, index);
        if (result.Histograms(index) is [{ } histogram, ..])
        {
            to.Raw(",\"histogram\":"u8);
            Point(to, result.Times(index)[0], histogram);
        }
        else
        {
            to.Raw(",\"value\":"u8);
            Point(to, result.Times(index)[0], result.Values(index)[0]);
        }
        to.Raw("}"u8);
    }

    static async ValueTask WriteMatrixAsync(AnswerBody to, QueryResult result, int maxSeries)
    {
        to.Raw("\"resultType\":\"matrix\",\"result\":["u8);
        var count = maxSeries > 0 ? Math.Min(maxSeries, result.SeriesCount) : result.SeriesCount;
        for (var i = 0; i < count; i++)
        {
            to.Raw(i == 0 ? "{"u8 : ",{"u8);
            WriteLabels(to, result, i);
            if (HasFloats(result.Histograms(i)))
            {
                to.Raw(",\"values\":["u8);
                for (var at = 0; (at = WriteFloats(to, result, i, at)) >= 0;) await to.FlushAsync();
                to.Raw("]"u8);
            }
            if (!result.Histograms(i).IsEmpty)
            {
                to.Raw(",\"histograms\":["u8);
                for (var at = 0; (at = WriteHistograms(to, result, i, at)) >= 0;) await to.FlushAsync();
                to.Raw("]"u8);
            }
            to.Raw("}"u8);
            if (to.WantsFlush) await to.FlushAsync();
        }
        to.Raw("]"u8);
    }

    static bool HasFloats(ReadOnlySpan<FloatHistogram?> histograms) => histograms.IsEmpty || histograms.Contains(null);

    static void WriteLabels(AnswerBody to, QueryResult result, int index)
    {
        to.Raw("\"metric\":{"u8);
        var first = true;
        foreach (var pair in result.Pairs(index))
        {
            if (!first) to.Raw(","u8);
            first = false;
            to.Raw(result.Symbols.JsonUtf8(pair));
        }
        to.Raw("}"u8);
    }

    /// <summary>Writes float points from one index on, until a flush is due.</summary>
    /// <returns>The index to go on from after the flush; -1 when all are written.</returns>
    static int WriteFloats(AnswerBody to, QueryResult result, int index, int from)
    {
        var times = result.Times(index);
        var values = result.Values(index);
        var histograms = result.Histograms(index);
        var first = from == 0;
        for (var i = from; i < times.Length; i++)
        {
            if (to.WantsFlush) return i;
            if (!histograms.IsEmpty && histograms[i] is not null) continue;
            var span = to.Room(MaxPointLength);
            var used = 0;
            if (!first && !IsFirstFloat(histograms, i)) span[used++] = (byte)',';
            first = false;
            used += PutPoint(span[used..], times[i], values[i]);
            to.Advance(used);
        }
        return -1;
    }

    static bool IsFirstFloat(ReadOnlySpan<FloatHistogram?> histograms, int index) => !histograms.IsEmpty && histograms[..index].IndexOf((FloatHistogram?)null) < 0;

    /// <summary>As <see cref="WriteFloats"/>, for the histogram points.</summary>
    static int WriteHistograms(AnswerBody to, QueryResult result, int index, int from)
    {
        var times = result.Times(index);
        var histograms = result.Histograms(index);
        var isFirst = !histograms[..from].ContainsAnyExcept((FloatHistogram?)null);
        for (var i = from; i < times.Length; i++)
        {
            if (to.WantsFlush) return i;
            if (histograms[i] is not { } histogram) continue;
            if (!isFirst) to.Raw(","u8);
            isFirst = false;
            Point(to, times[i], histogram);
        }
        return -1;
    }

    static void Point(AnswerBody to, long timeMs, double value) => to.Advance(PutPoint(to.Room(MaxPointLength), timeMs, value));

    static int PutPoint(Span<byte> to, long timeMs, double value)
    {
        to[0] = (byte)'[';
        var used = 1 + SampleText.WriteTime(to[1..], timeMs);
        to[used++] = (byte)',';
        to[used++] = (byte)'"';
        used += SampleText.WriteValue(to[used..], value);
        to[used++] = (byte)'"';
        to[used++] = (byte)']';
        return used;
    }

    static void Point(AnswerBody to, long timeMs, FloatHistogram histogram)
    {
        to.Raw("["u8);
        to.Time(timeMs);
        to.Raw(",{\"count\":"u8);
        to.QuotedValue(histogram.Count);
        to.Raw(",\"sum\":"u8);
        to.QuotedValue(histogram.Sum);
        var isFirst = true;
        foreach (var bucket in BucketBounds.All(histogram))
        {
            to.Raw(isFirst ? ",\"buckets\":[["u8 : ",["u8);
            isFirst = false;
            to.Number((long)BoundaryRule(bucket, histogram.IsCustom));
            to.Raw(","u8);
            to.QuotedValue(bucket.Lower);
            to.Raw(","u8);
            to.QuotedValue(bucket.Upper);
            to.Raw(","u8);
            to.QuotedValue(bucket.Count);
            to.Raw("]"u8);
        }
        to.Raw(isFirst ? "}]"u8 : "]}]"u8);
    }

    /// <summary>Which bounds belong to the bucket: 0 the upper, 1 the lower, 2 none, 3 both.</summary>
    static int BoundaryRule(Bucket bucket, bool isCustom)
    {
        var lower = isCustom ? double.IsNegativeInfinity(bucket.Lower) : bucket.Lower < 0;
        var upper = isCustom || bucket.Upper > 0;
        return (lower, upper) switch
        {
            (false, true) => 0,
            (true, false) => 1,
            (false, false) => 2,
            (true, true) => 3,
        };
    }
}
