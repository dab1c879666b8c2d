using System.Globalization;
using System.Text;

namespace Pharos.Model.Time;

/// <summary>Prometheus' durations: <c>1h30m</c>, <c>15s</c>, <c>250ms</c>, <c>0</c>; units y w d h m s ms, each once, largest first.</summary>
/// <remarks>A year is 365 days. All lengths are whole milliseconds; what passes 292 years is refused, as in Prometheus.</remarks>
public static class PromDuration
{
    const long MaxMs = long.MaxValue / 1_000_000; // Prometheus counts nanoseconds in 64 bits.

    static readonly (string Unit, long Ms)[] Units =
    [
        ("y", 365L * 24 * 3_600_000), ("w", 7L * 24 * 3_600_000), ("d", 24L * 3_600_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ];

    public static bool TryParseMs(ReadOnlySpan<char> text, out long ms)
    {
        ms = 0;
        if (text is "0") return true;
        if (text.IsEmpty) return false;
        var nextUnit = 0;
        while (!text.IsEmpty)
        {
            var digits = 0;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
            if (digits == 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            text = text[digits..];
            var letters = 0;
            while (letters < text.Length && char.IsAsciiLetter(text[letters])) letters++;
            var found = -1;
            for (var i = nextUnit; i < Units.Length && found < 0; i++)
            {
                if (text[..letters].SequenceEqual(Units[i].Unit)) found = i;
            }
            if (found < 0) return false;
            var unitMs = Units[found].Ms;
            if (number > (MaxMs - ms) / unitMs) return false;
            ms += number * unitMs;
            nextUnit = found + 1;
            text = text[letters..];
        }
        return true;
    }

    /// <summary>The shortest form Prometheus prints: <c>1h30m</c>; <c>0s</c> for nothing; w and y only when nothing remains below.</summary>
    public static string Format(long ms)
    {
        if (ms == 0) return "0s";
        var text = new StringBuilder();
        if (ms < 0)
        {
            text.Append('-');
            ms = -ms;
        }
        foreach (var (unit, unitMs) in Units)
        {
            var exactOnly = unit is "y" or "w";
            if (exactOnly && ms % unitMs != 0) continue;
            var count = ms / unitMs;
            if (count == 0) continue;
            text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            ms -= count * unitMs;
        }
        return text.ToString();
    }
}
