using System.Text;
using Pharos.Model.Samples;
using Pharos.Model.Text;

namespace Pharos.Query.PromQL.Histograms;

/// <summary>A histogram as Prometheus prints it: <c>{count:5, sum:7, (1,2]:3}</c>.</summary>
public static class HistogramText
{
    public static string Of(FloatHistogram histogram)
    {
        var text = new StringBuilder($"{{count:{GoText.FormatFloat(histogram.Count)}, sum:{GoText.FormatFloat(histogram.Sum)}");
        foreach (var (lower, upper, count) in BucketBounds.All(histogram))
        {
            var isZero = lower == -histogram.ZeroThreshold && upper == histogram.ZeroThreshold && !histogram.IsCustom;
            var open = isZero || (upper <= 0 && !histogram.IsCustom) || (histogram.IsCustom && double.IsNegativeInfinity(lower)) ? '[' : '(';
            var close = !isZero && upper <= 0 && !histogram.IsCustom ? ')' : ']';
            text.Append(", ").Append(open).Append(GoText.FormatFloat(lower)).Append(',').Append(GoText.FormatFloat(upper)).Append(close).Append(':').Append(GoText.FormatFloat(count));
        }
        return text.Append('}').ToString();
    }
}
