using System.Globalization;

namespace Pharos.Server.Text;

/// <summary>Sizes as Prometheus writes them: <c>10MB</c>, <c>1.5GB</c>, <c>1GB512MB</c>; each step is 1024, with or without the <c>i</c>.</summary>
static class ByteSize
{
    const string Prefixes = "KMGTPE";

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text == "0") return true;
        var rest = text.AsSpan();
        if (rest.IsEmpty) return false;
        var total = 0.0;
        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.')) digits++;
            if (!double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            rest = rest[digits..];
            var letters = 0;
            while (letters < rest.Length && char.IsAsciiLetter(rest[letters])) letters++;
            if (!TryUnit(rest[..letters], out var unit)) return false;
            total += number * unit;
            rest = rest[letters..];
        }
        if (total >= long.MaxValue) return false;
        bytes = (long)total;
        return true;
    }

    /// <summary>The biggest unit that leaves a whole number.</summary>
    public static string Format(long bytes)
    {
        if (bytes == 0) return "0";
        var power = 0;
        while (power < Prefixes.Length && bytes % 1024 == 0)
        {
            bytes /= 1024;
            power++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes}{(power == 0 ? "B" : $"{Prefixes[power - 1]}iB")}");
    }

    static bool TryUnit(ReadOnlySpan<char> unit, out double bytes)
    {
        bytes = 1;
        if (unit is "B") return true;
        if (unit.Length < 2 || unit[^1] != 'B' || unit.Length > 3 || unit.Length == 3 && unit[1] != 'i') return false;
        var power = Prefixes.IndexOf(unit[0], StringComparison.Ordinal);
        bytes = Math.Pow(1024, power + 1);
        return power >= 0;
    }
}
