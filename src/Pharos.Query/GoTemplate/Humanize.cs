using System.Globalization;
using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Numbers as people read them: the formatting functions that Prometheus' and Alertmanager's templates share.</summary>
/// <remarks>They take floats, whole numbers, durations (as seconds) and numeric text; anything else is refused, in Go's words.</remarks>
public static class Humanize
{
    static readonly string[] Large = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
    static readonly string[] Binary = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
    static readonly string[] Small = ["m", "u", "n", "p", "f", "a", "z", "y"];

    /// <summary>Functions that have the same meaning wherever they occur.</summary>
    public static IReadOnlyList<TemplateFunction> Functions { get; } =
    [
        Numeric("humanize", Number),
        Numeric("humanize1024", Number1024),
        Numeric("humanizeDuration", Duration),
        Numeric("humanizePercentage", Percentage),
        Numeric("humanizeTimestamp", Timestamp),
        TemplateFunction.Of("toTime", (arguments, _) => ToTime(ToFloat(arguments[0])), TemplateType.Any),
        TemplateFunction.Of("toDuration", (arguments, _) => ToDuration(ToFloat(arguments[0])), TemplateType.Any),
    ];

    /// <exception cref="TemplateFunctionException">The value is no number.</exception>
    public static double ToFloat(TemplateValue value) => value switch
    {
        FloatValue number => number.Value,
        IntValue whole when ReferenceEquals(whole.Type, GoDuration.Type) => whole.Value / 1e9,
        IntValue whole when whole.Type == TemplateType.Int => whole.Value,
        StringValue text => ParseFloat(text.Value),
        _ => throw new TemplateFunctionException($"can't convert {(value.IsNil ? "<nil>" : value.Type.Name)} to float"),
    };

    /// <summary>Four digits and k, M, G … or m, u, n …</summary>
    public static string Number(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return FourDigits(value);
        var prefix = "";
        if (Math.Abs(value) >= 1)
        {
            foreach (var larger in Large)
            {
                if (Math.Abs(value) < 1000) break;
                prefix = larger;
                value /= 1000;
            }
            return FourDigits(value) + prefix;
        }
        prefix = ScaleUp(ref value);
        return FourDigits(value) + prefix;
    }

    /// <summary>Four digits and ki, Mi, Gi …; what is at most one stays as it is.</summary>
    public static string Number1024(double value)
    {
        if (Math.Abs(value) <= 1 || !double.IsFinite(value)) return FourDigits(value);
        var prefix = "";
        foreach (var larger in Binary)
        {
            if (Math.Abs(value) < 1024) break;
            prefix = larger;
            value /= 1024;
        }
        return FourDigits(value) + prefix;
    }

    /// <summary>Seconds as <c>1d 2h 3m 4s</c>; below a minute with four digits, below a second in ms, us, ns …</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds)) return FourDigits(seconds);
        if (seconds == 0) return $"{FourDigits(seconds)}s";
        if (Math.Abs(seconds) < 1)
        {
            var prefix = ScaleUp(ref seconds);
            return $"{FourDigits(seconds)}{prefix}s";
        }
        var sign = seconds < 0 ? "-" : "";
        var magnitude = Math.Abs(seconds);
        var whole = magnitude < long.MaxValue ? (long)magnitude : long.MaxValue;
        var (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60);
        if (days != 0) return string.Create(CultureInfo.InvariantCulture, $"{sign}{days}d {hours}h {minutes}m {whole % 60}s");
        if (hours != 0) return string.Create(CultureInfo.InvariantCulture, $"{sign}{hours}h {minutes}m {whole % 60}s");
        if (minutes != 0) return string.Create(CultureInfo.InvariantCulture, $"{sign}{minutes}m {whole % 60}s");
        return $"{sign}{FourDigits(magnitude)}s";
    }

    public static string Percentage(double value) => $"{FourDigits(value * 100)}%";

    /// <summary>Seconds since the epoch as Go prints a moment in UTC.</summary>
    public static string Timestamp(double seconds) => double.IsFinite(seconds) ? ToTime(seconds).ToString()! : FourDigits(seconds);

    /// <summary>Scales a value below one up, and gives the prefix for it.</summary>
    static string ScaleUp(ref double value)
    {
        var prefix = "";
        foreach (var smaller in Small)
        {
            if (Math.Abs(value) >= 1) break;
            prefix = smaller;
            value *= 1000;
        }
        return prefix;
    }

    static string FourDigits(double value) => GoNumber.Format(value, 'g', 4);

    static TemplateFunction Numeric(string name, Func<double, string> format) =>
        TemplateFunction.Of(name, (arguments, _) => TemplateValue.From(format(ToFloat(arguments[0]))), TemplateType.Any);

    static TemplateValue ToTime(double seconds)
    {
        if (!double.IsFinite(seconds)) throw new TemplateFunctionException("value is NaN or Inf");
        var nanoseconds = seconds * 1e9;
        if (nanoseconds is >= long.MaxValue or < long.MinValue)
        {
            throw new TemplateFunctionException($"{GoNumber.Format(seconds, 'g', -1)} cannot be represented as a nanoseconds timestamp since it overflows int64");
        }
        // Prometheus' times are whole milliseconds; rounding is toward zero, as its division of integers does.
        return GoTime.Utc(DateTimeOffset.UnixEpoch.AddMilliseconds((long)nanoseconds / 1_000_000));
    }

    static TemplateValue ToDuration(double seconds)
    {
        if (!double.IsFinite(seconds)) throw new TemplateFunctionException("value is NaN or Inf");
        var nanoseconds = seconds * 1e9;
        if (nanoseconds is >= long.MaxValue or < long.MinValue)
        {
            throw new TemplateFunctionException($"{GoNumber.Format(seconds, 'g', -1)} cannot be represented as a nanoseconds duration since it overflows int64");
        }
        return GoDuration.Of((long)nanoseconds);
    }

    static double ParseFloat(string text)
    {
        if (GoFloat.TryParse(text, out var value, out var isOutOfRange)) return value;
        throw new TemplateFunctionException($"strconv.ParseFloat: parsing {GoText.Quote(text)}: {(isOutOfRange ? "value out of range" : "invalid syntax")}");
    }
}
