using System.Globalization;
using System.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>A moment as Go's <c>time.Time</c> shows it to templates: its methods, and its layouts (<c>2006-01-02 15:04:05</c>).</summary>
/// <param name="ZoneName">What a layout's <c>MST</c> prints.</param>
/// <remarks>Resolution is 100 ns, the years 1 to 9999.</remarks>
public sealed record GoTime(DateTimeOffset Moment, string ZoneName)
{
    /// <summary>Go's name is <c>time.Time</c>; Prometheus hands out a pointer to one, which prints the same.</summary>
    public static readonly TemplateType Type = DefineType();

    static readonly string[] Layouts =
    [
        "January", "Monday", "2006", "-07:00:00", "Z07:00:00", "-070000", "Z070000", "-07:00", "Z07:00", "-0700", "Z0700", "Jan", "Mon", "MST", "002", "-07", "Z07",
        "__2", "_2", "01", "02", "03", "04", "05", "06", "15", "PM", "pm", "1", "2", "3", "4", "5",
    ];

    public static TemplateValue Utc(DateTimeOffset moment) => new StructValue(new GoTime(moment.ToUniversalTime(), "UTC"), Type);

    public string Format(string layout)
    {
        var text = new StringBuilder();
        for (var i = 0; i < layout.Length;)
        {
            if (layout[i] is '.' or ',' && FractionLength(layout, i) is var digits && digits > 0)
            {
                AppendFraction(text, layout[i], digits, trims: layout[i + 1] == '9');
                i += digits + 1;
                continue;
            }
            if (FindPart(layout, i) is { } part)
            {
                AppendPart(text, part);
                i += part.Length;
                continue;
            }
            text.Append(layout[i++]);
        }
        return text.ToString();
    }

    /// <summary>Reads a text in a layout; false when the text is not of that form, or no such time exists.</summary>
    public static bool TryParse(string layout, string text, out DateTimeOffset moment)
    {
        var parser = new GoTimeParser(text);
        moment = default;
        for (var i = 0; i < layout.Length;)
        {
            if (layout[i] is '.' or ',' && FractionLength(layout, i) is var digits && digits > 0)
            {
                i += digits + 1; // Read together with the seconds before it.
                continue;
            }
            var part = FindPart(layout, i);
            if (!(part is null ? parser.TryLiteral(layout.AsSpan(i, 1)) : parser.TryPart(part))) return false;
            i += part?.Length ?? 1;
        }
        return parser.TryFinish(out moment);
    }

    /// <summary>As Go prints it: <c>2015-06-23 13:19:44.128 +0000 UTC</c>.</summary>
    public override string ToString() => Format("2006-01-02 15:04:05.999999999 -0700 MST");

    static string? FindPart(string layout, int at)
    {
        foreach (var part in Layouts)
        {
            if (!layout.AsSpan(at).StartsWith(part, StringComparison.Ordinal)) continue;
            // "Jan" within "January" is caught by the order; "Month" must not be read as "Mon" + "th".
            if (part is "Jan" or "Mon" && at + 3 < layout.Length && char.IsAsciiLetterLower(layout[at + 3])) continue;
            return part;
        }
        return null;
    }

    /// <summary>Digits of <c>.000</c> or <c>.999</c> after the sign; 0 when it is something else.</summary>
    static int FractionLength(string layout, int at)
    {
        if (at + 1 >= layout.Length || layout[at + 1] is not ('0' or '9')) return 0;
        var end = at + 1;
        while (end < layout.Length && layout[end] == layout[at + 1]) end++;
        return end < layout.Length && char.IsAsciiDigit(layout[end]) ? 0 : end - at - 1;
    }

    void AppendFraction(StringBuilder text, char point, int digits, bool trims)
    {
        var nanoseconds = (Moment.Ticks % TimeSpan.TicksPerSecond * 100).ToString("000000000", CultureInfo.InvariantCulture).PadRight(digits, '0')[..digits];
        if (trims) nanoseconds = nanoseconds.TrimEnd('0');
        if (nanoseconds.Length > 0) text.Append(point).Append(nanoseconds);
    }

    void AppendPart(StringBuilder text, string part)
    {
        var moment = Moment;
        var hour12 = moment.Hour % 12 == 0 ? 12 : moment.Hour % 12;
        var culture = CultureInfo.InvariantCulture;
        _ = part switch
        {
            "January" => text.Append(moment.ToString("MMMM", culture)),
            "Jan" => text.Append(moment.ToString("MMM", culture)),
            "Monday" => text.Append(moment.ToString("dddd", culture)),
            "Mon" => text.Append(moment.ToString("ddd", culture)),
            "2006" => text.Append(culture, $"{moment.Year:0000}"),
            "06" => text.Append(culture, $"{moment.Year % 100:00}"),
            "01" => text.Append(culture, $"{moment.Month:00}"),
            "1" => text.Append(culture, $"{moment.Month}"),
            "02" => text.Append(culture, $"{moment.Day:00}"),
            "_2" => text.Append(culture, $"{moment.Day,2}"),
            "2" => text.Append(culture, $"{moment.Day}"),
            "002" => text.Append(culture, $"{moment.DayOfYear:000}"),
            "__2" => text.Append(culture, $"{moment.DayOfYear,3}"),
            "15" => text.Append(culture, $"{moment.Hour:00}"),
            "03" => text.Append(culture, $"{hour12:00}"),
            "3" => text.Append(culture, $"{hour12}"),
            "04" => text.Append(culture, $"{moment.Minute:00}"),
            "4" => text.Append(culture, $"{moment.Minute}"),
            "05" => text.Append(culture, $"{moment.Second:00}"),
            "5" => text.Append(culture, $"{moment.Second}"),
            "PM" => text.Append(moment.Hour < 12 ? "AM" : "PM"),
            "pm" => text.Append(moment.Hour < 12 ? "am" : "pm"),
            "MST" => text.Append(ZoneName),
            _ => text.Append(Offset(part)),
        };
    }

    string Offset(string part)
    {
        if (part[0] == 'Z' && Moment.Offset == TimeSpan.Zero) return "Z";
        var sign = Moment.Offset < TimeSpan.Zero ? '-' : '+';
        var offset = Moment.Offset.Duration();
        var separator = part.Contains(':', StringComparison.Ordinal) ? ":" : "";
        var text = string.Create(CultureInfo.InvariantCulture, $"{sign}{offset.Hours:00}");
        if (part.Length > 3) text += string.Create(CultureInfo.InvariantCulture, $"{separator}{offset.Minutes:00}");
        if (part.Length > 6) text += string.Create(CultureInfo.InvariantCulture, $"{separator}{offset.Seconds:00}");
        return text;
    }

    static TemplateType DefineType()
    {
        var type = new TemplateType("time.Time", TemplateKind.Struct) { IsPointer = true };
        type.Method("Format", (self, arguments, _) => TemplateValue.From(Of(self).Format(arguments.Text(0))), TemplateType.String);
        type.Method("String", (self, _, _) => TemplateValue.From(Of(self).ToString()));
        type.Method("Unix", (self, _, _) => TemplateValue.From(Of(self).Moment.ToUnixTimeSeconds()));
        type.Method("UnixMilli", (self, _, _) => TemplateValue.From(Of(self).Moment.ToUnixTimeMilliseconds()));
        type.Method("UnixMicro", (self, _, _) => TemplateValue.From((Of(self).Moment - DateTimeOffset.UnixEpoch).Ticks / 10));
        type.Method("UnixNano", (self, _, _) => TemplateValue.From((Of(self).Moment - DateTimeOffset.UnixEpoch).Ticks * 100));
        type.Method("Year", (self, _, _) => TemplateValue.From((long)Of(self).Moment.Year));
        type.Method("Month", (self, _, _) => new IntValue(Of(self).Moment.Month, MonthType));
        type.Method("Day", (self, _, _) => TemplateValue.From((long)Of(self).Moment.Day));
        type.Method("Hour", (self, _, _) => TemplateValue.From((long)Of(self).Moment.Hour));
        type.Method("Minute", (self, _, _) => TemplateValue.From((long)Of(self).Moment.Minute));
        type.Method("Second", (self, _, _) => TemplateValue.From((long)Of(self).Moment.Second));
        type.Method("Nanosecond", (self, _, _) => TemplateValue.From(Of(self).Moment.Ticks % TimeSpan.TicksPerSecond * 100));
        type.Method("YearDay", (self, _, _) => TemplateValue.From((long)Of(self).Moment.DayOfYear));
        type.Method("Weekday", (self, _, _) => new IntValue((long)Of(self).Moment.DayOfWeek, WeekdayType));
        type.Method("IsZero", (self, _, _) => TemplateValue.From(Of(self).Moment.UtcTicks == 0));
        type.Method("UTC", (self, _, _) => Utc(Of(self).Moment));
        type.Method("Add", (self, arguments, _) => Shift(self, arguments.Whole(0)), GoDuration.Type);
        type.Method("Sub", (self, arguments, _) => GoDuration.Of((Of(self).Moment - Of(arguments[0]).Moment).Ticks * 100), type);
        type.Method("After", (self, arguments, _) => TemplateValue.From(Of(self).Moment > Of(arguments[0]).Moment), type);
        type.Method("Before", (self, arguments, _) => TemplateValue.From(Of(self).Moment < Of(arguments[0]).Moment), type);
        type.Method("Equal", (self, arguments, _) => TemplateValue.From(Of(self).Moment == Of(arguments[0]).Moment), type);
        return type;
    }

    static readonly TemplateType MonthType = new TemplateType("time.Month", TemplateKind.Int)
        .Method("String", (self, _, _) => TemplateValue.From(CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName((int)((IntValue)self).Value)));

    static readonly TemplateType WeekdayType = new TemplateType("time.Weekday", TemplateKind.Int)
        .Method("String", (self, _, _) => TemplateValue.From(((DayOfWeek)((IntValue)self).Value).ToString()));

    static GoTime Of(TemplateValue value) => (GoTime)((StructValue)value).Instance;

    static TemplateValue Shift(TemplateValue self, long nanoseconds)
    {
        var ticks = Of(self).Moment.UtcTicks + (nanoseconds / 100);
        if (ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks) throw new TemplateFunctionException("time is outside of the years 1 to 9999");
        return new StructValue(Of(self) with { Moment = Of(self).Moment.AddTicks(nanoseconds / 100) }, Type);
    }
}
