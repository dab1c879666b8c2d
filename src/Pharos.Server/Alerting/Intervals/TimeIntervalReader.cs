using System.Globalization;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Alerting.Intervals;

/// <summary>Reads <c>time_intervals</c> and <c>mute_time_intervals</c>, the older name of the same thing.</summary>
static class TimeIntervalReader
{
    static readonly string[] Weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    static readonly string[] Months =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    public static IReadOnlyList<TimeIntervalConfig> ReadAll(YamlSection root)
    {
        var intervals = new List<TimeIntervalConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in root.Sections("mute_time_intervals", "time interval").Concat(root.Sections("time_intervals", "time interval")))
        {
            var name = section.Text("name", "");
            if (name.Length == 0) section.Error("name is missing; routes need one to name the interval by");
            else if (!names.Add(name)) section.Error("name", $"\"{name}\" is the name of another time interval already; rename one");
            intervals.Add(new(name, [.. section.Sections("time_intervals", "span").Select(ReadSpan)]));
            section.Close();
        }
        return intervals;
    }

    static TimeInterval ReadSpan(YamlSection section)
    {
        var span = new TimeInterval
        {
            Times = section.Has("times") ? [.. section.Sections("times", "time").Select(ReadTime).OfType<TimeInterval.Range>()] : null,
            Weekdays = Ranges(section, "weekdays", Weekday, 0, 6, "a weekday; write one such as \"monday\", or \"monday:friday\""),
            DaysOfMonth = DaysOfMonth(section),
            Months = Ranges(section, "months", Month, 1, 12, "a month; write one such as \"january\", or \"1:3\""),
            Years = Ranges(section, "years", Number, 0, 9999, "a year; write one such as \"2030\", or \"2030:2032\""),
            Location = Zone(section, "location"),
        };
        section.Close();
        return span;
    }

    static TimeInterval.Range? ReadTime(YamlSection section)
    {
        var from = Minute(section, "start_time");
        var until = Minute(section, "end_time");
        section.Close();
        if (from is null || until is null) return null;
        if (from < until) return new(from.Value, until.Value);
        section.Error("end_time", "is not after start_time; for a span over midnight write two: one until 24:00, one from 00:00");
        return null;
    }

    /// <summary>A time of day in minutes; null when it is missing or none (told).</summary>
    public static int? Minute(YamlSection section, string key)
    {
        var text = section.Text(key) ?? "";
        var isTime = text.Length == 5 && text[2] == ':' && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[3]) && char.IsAsciiDigit(text[4]);
        if (isTime)
        {
            var hour = int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture);
            var minute = int.Parse(text.AsSpan(3), CultureInfo.InvariantCulture);
            if ((hour < 24 && minute < 60) || (hour == 24 && minute == 0)) return (hour * 60) + minute;
        }
        if (section.Has(key)) section.Error(key, $"\"{text}\" is no time of day; write one from \"00:00\" to \"24:00\"");
        else section.Error($"{key} is missing; a time has a start_time and an end_time");
        return null;
    }

    static IReadOnlyList<TimeInterval.Range>? Ranges(YamlSection section, string key, Func<string, int?> parse, int min, int max, string wanted)
    {
        if (!section.Has(key)) return null;
        var ranges = new List<TimeInterval.Range>();
        foreach (var scalar in section.Scalars(key))
        {
            var (from, until) = Parts(scalar.Text, parse);
            if (from is null || until is null || from < min || until > max) section.Error(scalar, $"{key}: {scalar.Describe()} is not {wanted}");
            else if (from > until) section.Error(scalar, $"{key}: {scalar.Describe()} ends before it begins; for a span over the end write two");
            else ranges.Add(new(from.Value, until.Value));
        }
        return ranges;
    }

    static IReadOnlyList<TimeInterval.Range>? DaysOfMonth(YamlSection section)
    {
        const string key = "days_of_month";
        const int shortestMonth = 28;
        if (!section.Has(key)) return null;
        var ranges = new List<TimeInterval.Range>();
        foreach (var scalar in section.Scalars(key))
        {
            var (from, until) = Parts(scalar.Text, Number);
            if (from is null or 0 or < -31 or > 31 || until is null or 0 or < -31 or > 31)
            {
                section.Error(scalar, $"{key}: {scalar.Describe()} is no day of a month; write one such as \"1\", \"1:7\", or \"-3:-1\" for the last three");
            }
            else if (from < 0 && until > 0)
            {
                section.Error(scalar, $"{key}: {scalar.Describe()} begins near the end of the month and ends near its start; write two spans");
            }
            else if (FromStart(from.Value) > FromStart(until.Value))
            {
                section.Error(scalar, $"{key}: {scalar.Describe()} ends before it begins; write the earlier day first");
            }
            else
            {
                ranges.Add(new(from.Value, until.Value));
            }
        }
        return ranges;

        static int FromStart(int day) => day < 0 ? shortestMonth + day : day;
    }

    /// <summary>A time zone by its IANA name; null when absent or unknown (told).</summary>
    public static TimeZoneInfo? Zone(YamlSection section, string key)
    {
        if (section.Text(key) is not { } name) return null;
        if (name is "" or "UTC") return TimeZoneInfo.Utc;
        if (name == "Local") return TimeZoneInfo.Local;
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception error) when (error is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            section.Error(key, $"\"{name}\" is no time zone known here; write one such as \"Europe/Berlin\" (is the package tzdata installed?)");
            return null;
        }
    }

    static (int? From, int? Until) Parts(string text, Func<string, int?> parse)
    {
        var parts = text.ToLowerInvariant().Split(':');
        return parts.Length switch
        {
            1 => (parse(parts[0]), parse(parts[0])),
            2 => (parse(parts[0]), parse(parts[1])),
            _ => (null, null),
        };
    }

    static int? Weekday(string text) => Array.IndexOf(Weekdays, text) is >= 0 and var day ? day : null;

    static int? Month(string text) => Array.IndexOf(Months, text) is >= 0 and var month ? month + 1 : Number(text);

    static int? Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
