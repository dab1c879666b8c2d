using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Text;
using Pharos.Query.PromQL.Histograms;

namespace Pharos.Query.PromQL.Testing;

/// <summary>Compares the value of a result with the expected one.</summary>
static class ResultCheck
{
    const double Tolerance = 1e-6;

    /// <param name="atMs">When the query was evaluated, if that is not the eval's own time.</param>
    public static string? Check(EvalCommand eval, QueryResult result, long? atMs = null)
    {
        if (eval.Text is not null) return result.Kind == ValueKind.String && result.Text == eval.Text ? null : $"expected the string {GoText.Quote(eval.Text)}, got {GoText.Quote(result.Text)}";
        if (eval.Scalar is { } scalar)
        {
            if (result.Kind != ValueKind.Scalar) return $"expected a scalar, got a {result.Kind}";
            return Same(scalar, result.Values(0)[0]) ? null : $"expected {Text(scalar)}, got {Text(result.Values(0)[0])}";
        }
        if (result.Kind is ValueKind.Scalar or ValueKind.String) return $"got a {result.Kind}, which the expectation does not say";
        var (startMs, stepMs) = eval.RangeVector is { } range ? (range.StartMs, range.StepMs) : (atMs ?? eval.StartMs, eval.StepMs);
        if (eval.IsRange || eval.RangeVector is not null) return CheckSorted(result) ?? CheckSeries(eval, result, startMs, stepMs);
        if (result.Kind != ValueKind.Vector) return $"expected an instant vector, got a {result.Kind}";
        if (eval.IsOrdered && CheckOrder(eval, result) is { } reason) return reason;
        return CheckSeries(eval, result, startMs, stepMs);
    }

    /// <summary>Compares one step of a range query with what an instant query there is expected to give.</summary>
    public static string? CheckStep(EvalCommand eval, QueryResult range, long atMs)
    {
        if (eval.Scalar is { } scalar)
        {
            var at = range.SeriesCount == 1 ? range.Times(0).IndexOf(atMs) : -1;
            return at >= 0 && Same(scalar, range.Values(0)[at]) ? null : $"expected {Text(scalar)}";
        }
        var expected = eval.Series.ToDictionary(series => series.Labels, series => series.Points[0]);
        var found = 0;
        for (var i = 0; i < range.SeriesCount; i++)
        {
            var at = range.Times(i).IndexOf(atMs);
            if (at < 0) continue;
            var labels = range.LabelsOf(i);
            if (!expected.TryGetValue(labels, out var point)) return $"unexpected series {labels}";
            if (Compare(point, range.Values(i)[at], range.Histograms(i).IsEmpty ? null : range.Histograms(i)[at]) is { } reason) return $"{labels}: {reason}";
            found++;
        }
        return found == expected.Count ? null : $"expected {expected.Count} series, got {found}";
    }

    static string? CheckSeries(EvalCommand eval, QueryResult result, long startMs, long stepMs)
    {
        var bySet = new Dictionary<LabelSet, int>();
        for (var i = 0; i < result.SeriesCount; i++)
        {
            if (!bySet.TryAdd(result.LabelsOf(i), i)) return $"series {result.LabelsOf(i)} occurs twice";
        }
        foreach (var (labels, points) in eval.Series)
        {
            if (!bySet.Remove(labels, out var index)) return $"expected series {labels}";
            var wanted = 0;
            var times = result.Times(index);
            for (var i = 0; i < points.Count; i++)
            {
                var atMs = startMs + i * stepMs;
                var at = times.IndexOf(atMs);
                if (points[i].IsMissing)
                {
                    if (at >= 0) return $"{labels}: expected no sample at {atMs} ms, got {Sample(result, index, at)}";
                    continue;
                }
                wanted++;
                if (at < 0) return $"{labels}: expected a sample at {atMs} ms";
                if (Compare(points[i], result.Values(index)[at], result.Histograms(index).IsEmpty ? null : result.Histograms(index)[at]) is { } reason) return $"{labels} at {atMs} ms: {reason}";
            }
            if (wanted != times.Length) return $"{labels}: expected {wanted} samples, got {times.Length}";
        }
        return bySet.Count == 0 ? null : $"unexpected series {bySet.Keys.First()} {Sample(result, bySet.Values.First(), 0)}";
    }

    static string? CheckOrder(EvalCommand eval, QueryResult result)
    {
        if (result.SeriesCount != eval.Series.Count) return $"expected {eval.Series.Count} series, got {result.SeriesCount}";
        for (var i = 0; i < result.SeriesCount; i++)
        {
            if (!result.LabelsOf(i).Equals(eval.Series[i].Labels)) return $"expected {eval.Series[i].Labels} at place {i + 1}, got {result.LabelsOf(i)}";
        }
        return null;
    }

    static string? CheckSorted(QueryResult result)
    {
        for (var i = 1; i < result.SeriesCount; i++)
        {
            if (Order(result.LabelsOf(i - 1), result.LabelsOf(i)) > 0) return $"series are not sorted: {result.LabelsOf(i - 1)} stands before {result.LabelsOf(i)}";
        }
        return null;
    }

    static int Order(LabelSet left, LabelSet right)
    {
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            var order = string.CompareOrdinal(left[i].Name, right[i].Name);
            if (order == 0) order = string.CompareOrdinal(left[i].Value, right[i].Value);
            if (order != 0) return order;
        }
        return left.Count - right.Count;
    }

    static string? Compare(TestPoint expected, double value, FloatHistogram? histogram)
    {
        if (expected.Histogram is null != histogram is null) return $"expected {(expected.Histogram is null ? Text(expected.Value) : HistogramText.Of(expected.Histogram))}, got {(histogram is null ? Text(value) : HistogramText.Of(histogram))}";
        if (histogram is null) return Same(expected.Value, value) ? null : $"expected {Text(expected.Value)}, got {Text(value)}";
        if (!Same(expected.Histogram!, histogram)) return $"expected {HistogramText.Of(expected.Histogram!)} of schema {expected.Histogram!.Schema}, got {HistogramText.Of(histogram)} of schema {histogram.Schema}";
        return expected.HasHint && expected.Histogram!.Hint != histogram.Hint ? $"expected the hint {expected.Histogram.Hint}, got {histogram.Hint}" : null;
    }

    static bool Same(FloatHistogram expected, FloatHistogram actual)
    {
        if (expected.Schema != actual.Schema || expected.ZeroThreshold != actual.ZeroThreshold || !expected.CustomValues.AsSpan().SequenceEqual(actual.CustomValues)) return false;
        return Same(expected.Count, actual.Count) && Same(expected.Sum, actual.Sum) && Same(expected.ZeroCount, actual.ZeroCount)
            && SameBuckets(BucketList.Of(expected.PositiveSpans, expected.PositiveBuckets).ToSpans(), BucketList.Of(actual.PositiveSpans, actual.PositiveBuckets).ToSpans())
            && SameBuckets(BucketList.Of(expected.NegativeSpans, expected.NegativeBuckets).ToSpans(), BucketList.Of(actual.NegativeSpans, actual.NegativeBuckets).ToSpans());
    }

    static bool SameBuckets((BucketSpan[] Spans, double[] Counts) expected, (BucketSpan[] Spans, double[] Counts) actual)
    {
        if (!expected.Spans.AsSpan().SequenceEqual(actual.Spans) || expected.Counts.Length != actual.Counts.Length) return false;
        for (var i = 0; i < expected.Counts.Length; i++)
        {
            if (!Same(expected.Counts[i], actual.Counts[i])) return false;
        }
        return true;
    }

    /// <summary>Equal up to a relative difference of 1e-6, as the language's own tests compare; NaN equals NaN, a stale marker only itself.</summary>
    static bool Same(double expected, double actual)
    {
        if (StaleMarker.Is(expected) || StaleMarker.Is(actual)) return StaleMarker.Is(expected) == StaleMarker.Is(actual);
        if (double.IsNaN(expected) || double.IsNaN(actual)) return double.IsNaN(expected) && double.IsNaN(actual);
        if (expected == actual) return true;
        var difference = Math.Abs(expected - actual);
        var magnitude = Math.Abs(expected) + Math.Abs(actual);
        if (expected == 0 || actual == 0 || magnitude < 2.2250738585072014E-308) return difference < Tolerance * 2.2250738585072014E-308;
        return difference / Math.Min(magnitude, double.MaxValue) < Tolerance;
    }

    static string Sample(QueryResult result, int index, int at) => !result.Histograms(index).IsEmpty && result.Histograms(index)[at] is { } histogram ? HistogramText.Of(histogram) : Text(result.Values(index)[at]);

    static string Text(double value) => StaleMarker.Is(value) ? "stale" : string.Create(CultureInfo.InvariantCulture, $"{value:R}");
}
