using System.Globalization;
using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Floats as Go's <c>strconv.FormatFloat</c> writes them, for the verbs of <c>printf</c>.</summary>
static class GoNumber
{
    /// <param name="verb">One of e E f F g G.</param>
    /// <param name="precision">-1: for g the shortest digits that read back the same, for e and f six.</param>
    public static string Format(double value, char verb, int precision)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        var text = char.ToLowerInvariant(verb) switch
        {
            'f' => value.ToString($"F{(precision < 0 ? 6 : precision)}", CultureInfo.InvariantCulture),
            'e' => Exponential(value, precision < 0 ? 6 : precision),
            _ when precision < 0 => GoText.FormatFloat(value),
            _ => General(value, Math.Max(1, precision)),
        };
        return char.IsAsciiLetterUpper(verb) ? text.ToUpperInvariant() : text;
    }

    /// <summary>d.ddde±dd: .NET writes three digits of exponent at least, Go two.</summary>
    static string Exponential(double value, int precision)
    {
        var text = value.ToString($"E{precision}", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, e)}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    /// <summary>The given number of significant digits without zeros at the end; exponent form below 1e-4 and from 10^digits on.</summary>
    static string General(double value, int digits)
    {
        var exponential = Exponential(value, digits - 1);
        var e = exponential.IndexOf('e', StringComparison.Ordinal);
        var exponent = int.Parse(exponential.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= digits) return string.Concat(TrimZeros(exponential[..e]), exponential.AsSpan(e));
        return TrimZeros(value.ToString($"F{Math.Max(0, digits - 1 - exponent)}", CultureInfo.InvariantCulture));
    }

    static string TrimZeros(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
}
