using System.Globalization;

namespace Pharos.Query.GoTemplate;

/// <summary>Go's <c>time.Duration</c>: whole nanoseconds that print as <c>1h2m3.5s</c>.</summary>
public static class GoDuration
{
    public static readonly TemplateType Type = DefineType();

    public static TemplateValue Of(long nanoseconds) => new IntValue(nanoseconds, Type);

    /// <summary>Largest unit first, no zeros in front; below a second in ms, µs or ns.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0) return "0s";
        var sign = nanoseconds < 0 ? "-" : "";
        var magnitude = nanoseconds < 0 ? (ulong)-(Int128)nanoseconds : (ulong)nanoseconds;
        if (magnitude < 1_000) return $"{sign}{magnitude}ns";
        if (magnitude < 1_000_000) return $"{sign}{Fraction(magnitude, 1_000)}µs";
        if (magnitude < 1_000_000_000) return $"{sign}{Fraction(magnitude, 1_000_000)}ms";
        var seconds = Fraction(magnitude % 60_000_000_000, 1_000_000_000);
        var minutes = magnitude / 60_000_000_000;
        if (minutes == 0) return $"{sign}{seconds}s";
        return minutes < 60 ? $"{sign}{minutes}m{seconds}s" : $"{sign}{minutes / 60}h{minutes % 60}m{seconds}s";
    }

    static string Fraction(ulong value, ulong unit)
    {
        var digits = unit.ToString(CultureInfo.InvariantCulture).Length - 1;
        var fraction = (value % unit).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0').TrimEnd('0');
        return fraction.Length == 0 ? $"{value / unit}" : $"{value / unit}.{fraction}";
    }

    static TemplateType DefineType()
    {
        var type = new TemplateType("time.Duration", TemplateKind.Int);
        type.Method("String", (self, _, _) => TemplateValue.From(Format(Nanoseconds(self))));
        type.Method("Hours", (self, _, _) => TemplateValue.From(Nanoseconds(self) / 3.6e12));
        type.Method("Minutes", (self, _, _) => TemplateValue.From(Nanoseconds(self) / 6e10));
        type.Method("Seconds", (self, _, _) => TemplateValue.From(Nanoseconds(self) / 1e9));
        type.Method("Milliseconds", (self, _, _) => TemplateValue.From(Nanoseconds(self) / 1_000_000));
        type.Method("Microseconds", (self, _, _) => TemplateValue.From(Nanoseconds(self) / 1_000));
        type.Method("Nanoseconds", (self, _, _) => TemplateValue.From(Nanoseconds(self)));
        type.Method("Abs", (self, _, _) => Of(Nanoseconds(self) == long.MinValue ? long.MaxValue : Math.Abs(Nanoseconds(self))));
        type.Method("Truncate", (self, arguments, _) => Of(Truncate(Nanoseconds(self), arguments.Whole(0))), type);
        type.Method("Round", (self, arguments, _) => Of(Round(Nanoseconds(self), arguments.Whole(0))), type);
        return type;
    }

    static long Nanoseconds(TemplateValue value) => ((IntValue)value).Value;

    static long Truncate(long value, long unit) => unit <= 0 ? value : value - (value % unit);

    static long Round(long value, long unit)
    {
        if (unit <= 0) return value;
        var rest = value % unit;
        if (Math.Abs(rest) < unit - Math.Abs(rest)) return value - rest;
        var away = (Int128)value - rest + (value < 0 ? -unit : unit); // Halves round away from zero.
        return (long)Int128.Clamp(away, long.MinValue, long.MaxValue);
    }
}
