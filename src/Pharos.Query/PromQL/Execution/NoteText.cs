using Pharos.Model.Text;

namespace Pharos.Query.PromQL.Execution;

/// <summary>The texts of annotations, in Prometheus' words.</summary>
static class NoteText
{
    public static string ForMetric(string metric) => metric.Length == 0 ? "" : $" for metric name {GoText.Quote(metric)}";

    public static string InvalidQuantile(double quantile) => $"quantile value should be between 0 and 1, got {GoText.FormatFloat(quantile)}";

    public static string InvalidRatio(double ratio, double cappedTo) => $"ratio value should be between -1 and 1, got {GoText.FormatFloat(ratio)}, capping to {GoText.FormatFloat(cappedTo)}";

    public static string BadBucketLabel(string metric, string label) => $"bucket label \"le\" is missing or has a malformed value of {GoText.Quote(label)}{ForMetric(metric)}";

    public static string MixedFloatsHistograms(string metric) => $"encountered a mix of histograms and floats for metric name {GoText.Quote(metric)}";

    public const string MixedFloatsHistogramsAggregation = "encountered a mix of histograms and floats for aggregation";

    public static string MixedClassicNative(string metric) => $"vector contains a mix of classic and native histograms{ForMetric(metric)}";

    public static string NotCounter(string metric) => $"this native histogram metric is not a counter: {GoText.Quote(metric)}";

    public static string NotGauge(string metric) => $"this native histogram metric is not a gauge: {GoText.Quote(metric)}";

    public static string MixedSchemas(string metric) => $"vector contains a mix of histograms with exponential and custom buckets schemas for metric name {GoText.Quote(metric)}";

    public static string MixedSchemasAggregation => "vector contains a mix of histograms with exponential and custom buckets schemas for metric name \"\"";

    public static string IncompatibleLayout(string op) => $"incompatible bucket layout encountered for binary operator {op}";

    public static string PossibleNonCounter(string metric) => $"metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {GoText.Quote(metric)}";

    public static string PossibleNonCounterType(string metric, string type) => $"metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\", got {GoText.Quote(type)}: {GoText.Quote(metric)}";

    public static string IncompatibleTypes(string left, string op, string right) => $"incompatible sample types encountered for binary operator \"{op}\": {left} {op} {right}";

    public static string HistogramIgnoredInAggregation(string aggregation) => $"ignored histogram in {aggregation} aggregation";

    public static string HistogramIgnoredInRange(string metric) => $"ignored histograms in a range containing both floats and histograms for metric name {GoText.Quote(metric)}";

    public static string QuantileNaNResult(string metric) => $"input to histogram_quantile has NaN observations, result is NaN{ForMetric(metric)}";

    public static string QuantileNaNSkew(string metric) => $"input to histogram_quantile has NaN observations, result is skewed higher{ForMetric(metric)}";

    public static string FractionNaN(string metric) => $"input to histogram_fraction has NaN observations, which are excluded from all fractions{ForMetric(metric)}";

    public const string SortInRange = "sort is ineffective for range queries since results are always ordered by labels";

    public static string ResetCollision(string operation) => $"conflicting counter resets during histogram {operation}";

    public static string BoundsReconciled(string operation) => $"mismatched custom buckets were reconciled during {operation}";

    public static string StartTimeOverlap(string metric) => $"sample has start time that overlaps with previous sample timestamp for metric {GoText.Quote(metric)}";
}
