using System.Globalization;

namespace Pharos.Query.GoTemplate;

/// <summary>Reads a time in one of Go's layouts: <c>2006-01-02</c> and <c>2024-03-15</c>.</summary>
/// <remarks>Without a zone in the layout it is UTC. Zone names other than UTC are refused, as they do not tell an offset by themselves.</remarks>
ref struct GoTimeParser(ReadOnlySpan<char> text)
{
    ReadOnlySpan<char> rest = text;
    int year = 1;
    int month = 1;
    int day = 1;
    int hour;
    int minute;
    int second;
    long fractionTicks;
    bool? isAfternoon;
    TimeSpan offset;

    public bool TryPart(string part) => part switch
    {
        "2006" => TryNumber(4, 4, out year),
        "06" => TryShortYear(),
        "January" => TryName(CultureInfo.InvariantCulture.DateTimeFormat.MonthNames, out month),
        "Jan" => TryName(CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames, out month),
        "01" => TryNumber(2, 2, out month),
        "1" => TryNumber(1, 2, out month),
        "Monday" => TryName(CultureInfo.InvariantCulture.DateTimeFormat.DayNames, out _),
        "Mon" => TryName(CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedDayNames, out _),
        "02" => TryNumber(2, 2, out day),
        "2" or "_2" => TryPadded(out day),
        "15" => TryNumber(2, 2, out hour),
        "03" => TryNumber(2, 2, out hour),
        "3" => TryNumber(1, 2, out hour),
        "04" => TryNumber(2, 2, out minute),
        "4" => TryNumber(1, 2, out minute),
        "05" => TryNumber(2, 2, out second) && TryFraction(),
        "5" => TryNumber(1, 2, out second) && TryFraction(),
        "PM" or "pm" => TryHalf(),
        "MST" => TryLiteral("UTC") || TryLiteral("GMT"),
        _ => part[0] is 'Z' or '-' && TryOffset(part),
    };

    public bool TryLiteral(ReadOnlySpan<char> literal)
    {
        if (!rest.StartsWith(literal, StringComparison.Ordinal)) return false;
        rest = rest[literal.Length..];
        return true;
    }

    public readonly bool TryFinish(out DateTimeOffset moment)
    {
        moment = default;
        var hours = isAfternoon switch { true when hour < 12 => hour + 12, false when hour == 12 => 0, _ => hour };
        if (rest.Length > 0 || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hours > 23 || minute > 59 || second > 59) return false;
        var local = new DateTime(year, month, day, hours, minute, second).Ticks + fractionTicks - offset.Ticks;
        if (local < 0 || local > DateTime.MaxValue.Ticks) return false;
        moment = new DateTimeOffset(local, TimeSpan.Zero);
        return true;
    }

    bool TryNumber(int least, int most, out int number)
    {
        var length = 0;
        while (length < most && length < rest.Length && char.IsAsciiDigit(rest[length])) length++;
        number = 0;
        if (length < least) return false;
        number = int.Parse(rest[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        rest = rest[length..];
        return true;
    }

    bool TryPadded(out int number)
    {
        if (rest.Length > 0 && rest[0] == ' ') rest = rest[1..];
        return TryNumber(1, 2, out number);
    }

    bool TryShortYear()
    {
        if (!TryNumber(2, 2, out year)) return false;
        year += year >= 69 ? 1900 : 2000;
        return true;
    }

    /// <summary>Go takes a fraction behind the seconds also where the layout has none.</summary>
    bool TryFraction()
    {
        if (rest.Length < 2 || rest[0] is not ('.' or ',') || !char.IsAsciiDigit(rest[1])) return true;
        var length = 1;
        while (length < rest.Length && char.IsAsciiDigit(rest[length])) length++;
        fractionTicks = long.Parse(rest[1..length].ToString().PadRight(7, '0')[..7], CultureInfo.InvariantCulture);
        rest = rest[length..];
        return true;
    }

    bool TryHalf()
    {
        if (rest.StartsWith("PM", StringComparison.OrdinalIgnoreCase)) isAfternoon = true;
        else if (rest.StartsWith("AM", StringComparison.OrdinalIgnoreCase)) isAfternoon = false;
        else return false;
        rest = rest[2..];
        return true;
    }

    bool TryName(string[] names, out int number)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i].Length == 0 || !rest.StartsWith(names[i], StringComparison.OrdinalIgnoreCase)) continue;
            rest = rest[names[i].Length..];
            number = i + 1;
            return true;
        }
        number = 0;
        return false;
    }

    bool TryOffset(string part)
    {
        if (part[0] == 'Z' && TryLiteral("Z")) return true;
        if (rest.Length == 0 || rest[0] is not ('+' or '-')) return false;
        var sign = rest[0] == '-' ? -1 : 1;
        rest = rest[1..];
        if (!TryNumber(2, 2, out var hours)) return false;
        var minutes = 0;
        if (part.Length > 3)
        {
            if (part.Contains(':', StringComparison.Ordinal) && !TryLiteral(":")) return false;
            if (!TryNumber(2, 2, out minutes)) return false;
        }
        if (hours > 23 || minutes > 59) return false;
        offset = new TimeSpan(sign * hours, sign * minutes, 0);
        return true;
    }
}
