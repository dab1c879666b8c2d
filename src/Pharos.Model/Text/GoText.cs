using System.Globalization;
using System.Text;

namespace Pharos.Model.Text;

/// <summary>Text as Go writes it, because that is what users of Prometheus compare with.</summary>
public static class GoText
{
    /// <summary>Go's <c>strconv.Quote</c>: double quotes, escapes for what does not print.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes()) Append(quoted, rune);
        return quoted.Append('"').ToString();
    }

    /// <summary>The same of bytes: those that are no UTF-8 are written as <c>\xNN</c>.</summary>
    public static string Quote(ReadOnlySpan<byte> utf8)
    {
        var quoted = new StringBuilder(utf8.Length + 2).Append('"');
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                Append(quoted, rune);
                utf8 = utf8[used..];
                continue;
            }
            quoted.Append(CultureInfo.InvariantCulture, $"\\x{utf8[0]:x2}");
            utf8 = utf8[1..];
        }
        return quoted.Append('"').ToString();
    }

    static void Append(StringBuilder quoted, Rune rune) => _ = rune.Value switch
    {
        '"' => quoted.Append("\\\""),
        '\\' => quoted.Append(@"\\"),
        '\a' => quoted.Append(@"\a"),
        '\b' => quoted.Append(@"\b"),
        '\f' => quoted.Append(@"\f"),
        '\n' => quoted.Append(@"\n"),
        '\r' => quoted.Append(@"\r"),
        '\t' => quoted.Append(@"\t"),
        '\v' => quoted.Append(@"\v"),
        < 0x20 or 0x7f => quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
        >= 0x80 when !IsPrintable(rune) => rune.Value > 0xffff
            ? quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}")
            : quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
        _ => quoted.Append(rune.ToString()),
    };

    /// <summary>Go's <c>%v</c> of a float64: shortest digits; exponent form below 1e-4 and from 1e6 on, as <c>1.234567e+06</c>.</summary>
    public static string FormatFloat(double value) => Format(value, exponentBelow: -4, exponentFrom: 6);

    /// <summary>Go's <c>FormatFloat(v, 'g', -1, 64)</c>, the form of bucket bounds: exponent form below 1e-4 and from 1e6 on.</summary>
    public static string FormatShortest(double value) => Format(value, exponentBelow: -4, exponentFrom: 6);

    /// <summary>The form of sample values in Prometheus' JSON and text: plain digits between 1e-6 and 1e21, else exponent.</summary>
    public static string FormatSampleValue(double value) => Format(value, exponentBelow: -6, exponentFrom: 21);

    /// <summary>Go's <c>FormatFloat(v, 'f', -1, 64)</c>: never an exponent.</summary>
    public static string FormatPlain(double value) => Format(value, exponentBelow: int.MinValue, exponentFrom: int.MaxValue);

    /// <summary>Go's <c>url.QueryEscape</c>: a blank becomes <c>+</c>, all but letters, digits and <c>-_.~</c> becomes <c>%XX</c>.</summary>
    public static string QueryEscape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~') escaped.Append((char)b);
            else if (b == ' ') escaped.Append('+');
            else escaped.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return escaped.ToString();
    }

    static string Format(double value, int exponentBelow, int exponentFrom)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        if (value == 0) return double.IsNegative(value) ? "-0" : "0";
        var shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        var roundTrip = value.ToString("R", CultureInfo.InvariantCulture);
        var (digits, exponent) = Decompose(roundTrip.Length <= shortest.Length ? roundTrip : shortest);
        var sign = value < 0 ? "-" : "";
        if (exponent < exponentBelow || exponent >= exponentFrom)
        {
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }
        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        if (exponent + 1 >= digits.Length) return $"{sign}{digits}{new string('0', exponent + 1 - digits.Length)}";
        return $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>Significant digits without leading or trailing zeros, and the power of ten of the first one.</summary>
    static (string Digits, int Exponent) Decompose(string roundTrip)
    {
        var text = roundTrip.AsSpan().TrimStart('-');
        var exponent = 0;
        var e = text.IndexOf('E');
        if (e >= 0)
        {
            exponent = int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..e];
        }
        var dot = text.IndexOf('.');
        var whole = dot < 0 ? text : text[..dot];
        var fraction = dot < 0 ? [] : text[(dot + 1)..];
        var all = string.Concat(whole, fraction);
        var leadingZeros = all.Length - all.AsSpan().TrimStart('0').Length;
        var digits = all[leadingZeros..].TrimEnd('0');
        return (digits, exponent + whole.Length - 1 - leadingZeros);
    }

    /// <summary>Whether Go would show the character as it is, and not by its number.</summary>
    public static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
