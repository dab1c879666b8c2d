using System.Buffers.Text;
using Pharos.Model.Text;

namespace Pharos.Server.Text;

/// <summary>Sample values and times in the form of Prometheus' JSON and text: written straight as UTF-8.</summary>
/// <remarks>
/// <para>Values: the fewest digits that read back as the same number; plain between 1e-6 and 1e21, else <c>1e+21</c>; <c>NaN</c>, <c>+Inf</c>,
/// <c>-Inf</c>. Whole numbers, the most common by far, and those of four decimals take short ways. Times: seconds with three digits of milliseconds, none when whole.</para>
/// <para>Twin: <see cref="GoText.FormatSampleValue"/> does the same with strings; tests hold both together.</para>
/// </remarks>
static class SampleText
{
    /// <summary>Longest value: <c>-</c>, 17 digits, up to 6 zeros and a point.</summary>
    public const int MaxValueLength = 32;

    /// <summary>Longest time: the sign, 16 digits of seconds, a point and 3 digits.</summary>
    public const int MaxTimeLength = 24;

    const double MaxWhole = 1L << 53;

    /// <summary>Decimals that the short way writes, and the largest value it takes: 15 digits together, below which no two decimals are one double.</summary>
    const int Decimals = 4;
    const long Scale = 10_000;
    const double MaxDecimal = 1e11;

    /// <returns>Bytes written.</returns>
    public static int WriteValue(Span<byte> to, double value)
    {
        if (Math.Abs(value) < MaxWhole && Math.Floor(value) == value && (value != 0 || !double.IsNegative(value)))
        {
            Utf8Formatter.TryFormat((long)value, to, out var length);
            return length;
        }
        var scaled = Math.Round(value * Scale);
        if (scaled != 0 && Math.Abs(value) < MaxDecimal && scaled / Scale == value) return WriteDecimal(to, (long)scaled);
        return WriteValueSlow(to, value);
    }

    /// <returns>Bytes written.</returns>
    public static int WriteTime(Span<byte> to, long timeMs)
    {
        var length = 0;
        if (timeMs < 0) to[length++] = (byte)'-';
        var distance = timeMs < 0 ? (ulong)-(timeMs + 1) + 1 : (ulong)timeMs; // The smallest long has no positive twin.
        Utf8Formatter.TryFormat(distance / 1000, to[length..], out var digits);
        length += digits;
        var ms = (int)(distance % 1000);
        if (ms == 0) return length;
        to[length + 3] = (byte)('0' + ms % 10);
        to[length + 2] = (byte)('0' + ms / 10 % 10);
        to[length + 1] = (byte)('0' + ms / 100);
        to[length] = (byte)'.';
        return length + 4;
    }

    /// <summary>A number of at most 15 digits, in ten-thousandths: its own digits, without zeros at the end, are the fewest that read back as it.</summary>
    static int WriteDecimal(Span<byte> to, long scaled)
    {
        var length = 0;
        if (scaled < 0) to[length++] = (byte)'-';
        var (whole, rest) = Math.DivRem((ulong)Math.Abs(scaled), (ulong)Scale);
        Utf8Formatter.TryFormat(whole, to[length..], out var digits);
        length += digits;
        to[length++] = (byte)'.';
        var end = length;
        for (var i = Decimals - 1; i >= 0; i--, rest /= 10)
        {
            var digit = (int)(rest % 10);
            to[length + i] = (byte)('0' + digit);
            if (digit != 0 && end == length) end = length + i + 1;
        }
        return end;
    }

    static int WriteValueSlow(Span<byte> to, double value)
    {
        if (Math.Abs(value) >= ShortestDecimal.MinMagnitude && Math.Floor(value) != value) return ShortestDecimal.Write(to, value); // An infinity is its own floor.
        if (!double.IsFinite(value)) return Copy(to, value is double.NaN ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
        var text = GoText.FormatSampleValue(value);
        return System.Text.Encoding.UTF8.GetBytes(text, to);
    }

    static int Copy(Span<byte> to, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to);
        return text.Length;
    }
}
