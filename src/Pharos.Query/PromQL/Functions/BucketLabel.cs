using Pharos.Model.Text;

namespace Pharos.Query.PromQL.Functions;

/// <summary>Numbers as label values: <c>le</c> read as Go reads floats, quantiles written as OpenMetrics writes them.</summary>
static class BucketLabel
{
    public static bool TryParse(string text, out double bound) => GoFloat.TryParse(text, out bound);

    /// <summary>Whole numbers keep a fraction, so that 1 is "1.0".</summary>
    public static string Format(double value)
    {
        if (value == 0) return "0.0"; // The negative one, too.
        var text = GoText.FormatFloat(value);
        return double.IsFinite(value) && !text.AsSpan().ContainsAny('.', 'e') ? text + ".0" : text;
    }
}
