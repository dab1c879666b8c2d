using System.Globalization;
using System.Numerics;
using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Floats as Go's <c>strconv.FormatFloat</c> writes them, for the verbs of <c>printf</c>.</summary>
static class GoNumber
{
    /// <param name="verb">One of b e E f F g G x X.</param>
    /// <param name="precision">-1: for g and x the shortest digits that read back the same, for e and f six.</param>
    public static string Format(double value, char verb, int precision)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        var text = char.ToLowerInvariant(verb) switch
        {
            'f' => value.ToString($"F{(precision < 0 ? 6 : precision)}", CultureInfo.InvariantCulture),
            'b' => Binary(value),
            'x' => Hexadecimal(value, precision),
            'e' => Exponential(value, precision < 0 ? 6 : precision),
            _ when precision < 0 => GoText.FormatFloat(value),
            _ => General(value, Math.Max(1, precision)),
        };
        return char.IsAsciiLetterUpper(verb) ? text.ToUpperInvariant() : text;
    }

    const int FractionBits = 52;

    /// <summary>The bits of the number as an integer, and the power of two it is multiplied by: <c>4503599627370496p-52</c>.</summary>
    static string Binary(double value)
    {
        var (mantissa, exponent) = Parts(value);
        return string.Create(CultureInfo.InvariantCulture, $"{Sign(value)}{mantissa}p{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");
    }

    /// <summary><c>0x1.8p+01</c></summary>
    static string Hexadecimal(double value, int precision)
    {
        var (mantissa, exponent) = Parts(value);
        if (mantissa == 0) return $"{Sign(value)}0x0{(precision > 0 ? $".{new string('0', precision)}" : "")}p+00";
        var shift = BitOperations.LeadingZeroCount(mantissa) - (63 - FractionBits); // Small numbers that are not normal.
        mantissa <<= shift;
        exponent += FractionBits - shift;
        if (precision is >= 0 and < FractionBits / 4)
        {
            var cut = FractionBits - (4 * precision);
            var rest = mantissa & ((1UL << cut) - 1);
            mantissa >>= cut;
            var half = 1UL << (cut - 1);
            if (rest > half || (rest == half && (mantissa & 1) == 1)) mantissa++;
            mantissa <<= cut;
            if (mantissa >> (FractionBits + 1) != 0)
            {
                mantissa >>= 1;
                exponent++;
            }
        }
        var digits = (mantissa & ((1UL << FractionBits) - 1)).ToString("x13", CultureInfo.InvariantCulture);
        digits = precision < 0 ? digits.TrimEnd('0') : digits.PadRight(precision, '0')[..precision];
        return string.Create(CultureInfo.InvariantCulture, $"{Sign(value)}0x1{(digits.Length > 0 ? "." : "")}{digits}p{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    static string Sign(double value) => double.IsNegative(value) ? "-" : "";

    /// <summary>The magnitude as mantissa times two to the exponent.</summary>
    static (ulong Mantissa, int Exponent) Parts(double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var fraction = bits & ((1UL << FractionBits) - 1);
        var biased = (int)(bits >> FractionBits) & 0x7ff;
        return biased == 0 ? (fraction, -1074) : (fraction | 1UL << FractionBits, biased - 1075);
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
