using System.Globalization;
using Pharos.Model.Text;

namespace Pharos.Query.PromQL.Functions;

/// <summary>Numbers as label values: <c>le</c> read as Go reads floats, quantiles written as OpenMetrics writes them.</summary>
static class BucketLabel
{
    public static bool TryParse(string text, out double bound)
    {
        var unsigned = text.AsSpan().TrimStart("+-");
        if (unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            bound = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return text.Length - unsigned.Length <= 1;
        }
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            bound = double.NaN;
            return true;
        }
        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out bound);
    }

    /// <summary>Whole numbers keep a fraction, so that 1 is "1.0".</summary>
    public static string Format(double value)
    {
        var text = GoText.FormatFloat(value);
        return double.IsFinite(value) && !text.AsSpan().ContainsAny('.', 'e') ? text + ".0" : text;
    }
}
