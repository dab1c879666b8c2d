using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Query.PromQL.Histograms;

namespace Pharos.Query.PromQL.Testing;

/// <summary>A series as tests describe it, fed into a source step by step: <c>metric{a="b"}</c> and <c>0 1+2x3 _ stale</c>.</summary>
/// <exception cref="TestSyntaxException">Thrown by the constructor and by <see cref="ParseLabels"/>: the text describes no series.</exception>
public sealed class SeriesInput
{
    readonly LabelSet labels;
    readonly List<TestPoint> points;
    int next;
    FloatHistogram? previous;

    public SeriesInput(string series, string values)
    {
        labels = ParseLabels(series);
        points = SeriesReader.Points(values, line: 1);
    }

    /// <summary>Labels as tests write a metric; nothing and <c>{}</c> are no labels.</summary>
    public static LabelSet ParseLabels(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return LabelSet.Empty;
        var (labels, behind) = SeriesReader.Labels(trimmed, line: 1);
        return string.IsNullOrWhiteSpace(behind) ? labels : throw new TestSyntaxException(1, $"unexpected \"{behind.Trim()}\" behind the labels");
    }

    /// <summary>One histogram literal: <c>{{schema:1 sum:4 count:5 buckets:[1 2]}}</c>.</summary>
    public static FloatHistogram ParseHistogram(string text) => SeriesReader.Points(text, line: 1) is [{ Histogram: { } histogram }]
        ? histogram
        : throw new TestSyntaxException(1, $"expected one histogram, found {text}");

    /// <summary>The histogram as Prometheus prints it.</summary>
    public static string Show(FloatHistogram histogram) => HistogramText.Of(histogram);

    /// <summary>Whether both are the same sample; what is known of counter resets counts too.</summary>
    public static bool AreEqual(FloatHistogram expected, FloatHistogram found) => HistogramEquality.AreEqual(expected, found) && expected.Hint == found.Hint;

    /// <summary>Adds the points that are due by then; the first one is due at the start.</summary>
    public void FeedThrough(long nowMs, long startMs, long stepMs, MemorySource source)
    {
        for (; next < points.Count && startMs + (next * stepMs) <= nowMs; next++)
        {
            var point = points[next];
            if (point.IsMissing) continue;
            var histogram = point.Histogram is null ? null : point.Histogram with { Hint = TestLoader.StoredHint(point.Histogram, previous) };
            source.Series(labels).Add(startMs + (next * stepMs), point.Value, histogram);
            previous = histogram;
        }
    }
}
