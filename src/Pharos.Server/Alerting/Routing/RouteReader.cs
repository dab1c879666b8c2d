using Pharos.Model.Labels;
using Pharos.Server.Alerting.Matching;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Alerting.Routing;

/// <summary>Reads the routing tree, and checks that every name it uses is known.</summary>
sealed class RouteReader(IReadOnlySet<string> receivers, IReadOnlySet<string> intervals)
{
    const string All = "...";

    /// <summary>Deeper trees are a mistake, and would overflow the stack of whoever walks them.</summary>
    const int MaxDepth = 100;

    public RouteConfig ReadRoot(YamlSection section)
    {
        if (!section.Has("receiver")) section.Error("receiver is missing; the first route takes what no other does, so name a receiver of last resort");
        foreach (var key in (string[])["mute_time_intervals", "active_time_intervals"])
        {
            if (section.Find(key) is YamlSequence { Items.Count: > 0 }) section.Error(key, "the first route cannot be muted by time; write it into a route below (routes)");
        }
        if (section.Bool("continue")) section.Error("continue", "the first route has no siblings to go on to; remove it");
        var root = Read(section, 0);
        if (root.Matchers.Count == 0) return root;
        foreach (var key in (string[])["match", "match_re", "matchers"])
        {
            if (section.Has(key)) section.Error(key, "the first route takes all alerts; write it into a route below (routes)");
        }
        return root;
    }

    RouteConfig Read(YamlSection section, int depth)
    {
        var (groupBy, isAll) = ReadGroupBy(section);
        var route = new RouteConfig
        {
            Receiver = section.Text("receiver") is { Length: > 0 } receiver ? Known(section, "receiver", receiver, receivers, "receiver") : null,
            GroupBy = groupBy,
            GroupByAll = isAll,
            Matchers = MatcherReader.Read(section, "match", "match_re", "matchers"),
            Continue = section.Bool("continue"),
            GroupWait = section.Duration("group_wait"),
            GroupInterval = AboveZero(section, "group_interval"),
            RepeatInterval = AboveZero(section, "repeat_interval"),
            MuteTimeIntervals = Intervals(section, "mute_time_intervals"),
            ActiveTimeIntervals = Intervals(section, "active_time_intervals"),
            Labels = section.Labels("labels", NameValidation.Utf8),
            Routes = depth < MaxDepth ? [.. section.Sections("routes", "route").Select(item => Read(item, depth + 1))] : TooDeep(section),
            Line = section.Node?.Line ?? 0,
        };
        section.Close();
        return route;
    }

    static IReadOnlyList<RouteConfig> TooDeep(YamlSection section)
    {
        if (section.Has("routes")) section.Error("routes", $"lies {MaxDepth} routes deep; make the tree flatter");
        return [];
    }

    /// <summary>An empty list is a choice, one group for all, and is handed down as such; a key without a value is no choice.</summary>
    static (IReadOnlyList<string>? Labels, bool IsAll) ReadGroupBy(YamlSection section)
    {
        if (!section.Has("group_by")) return (null, false);
        var scalars = section.Scalars("group_by");
        var isAll = scalars.Any(scalar => scalar.Text == All);
        var labels = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var scalar in scalars.Where(scalar => scalar.Text != All))
        {
            if (!NameValidation.Utf8.IsValidLabelName(scalar.Text)) section.Error(scalar, $"group_by: {scalar.Describe()} is no label name");
            else if (!seen.Add(scalar.Text)) section.Error(scalar, $"group_by: {scalar.Describe()} is written twice; remove one");
            else labels.Add(scalar.Text);
        }
        if (isAll && labels.Count > 0) section.Error("group_by", $"\"{All}\" means every label already; write it alone, or remove it");
        return isAll ? ([], true) : (labels, false);
    }

    static TimeSpan? AboveZero(YamlSection section, string key)
    {
        var duration = section.Duration(key);
        if (duration != TimeSpan.Zero) return duration;
        section.Error(key, "cannot be zero; write a duration such as \"5m\"");
        return null;
    }

    IReadOnlyList<string> Intervals(YamlSection section, string key) =>
        [.. section.Scalars(key).Where(scalar => Known(section, key, scalar.Text, intervals, "time interval", scalar) is not null).Select(scalar => scalar.Text)];

    static string? Known(YamlSection section, string key, string name, IReadOnlySet<string> known, string noun, YamlNode? where = null)
    {
        if (known.Contains(name)) return name;
        var mend = NearestKey.Meant(name, known) ?? $"add it, or use a {noun} that is there";
        section.Error(where ?? section.Find(key), $"{key}: no {noun} is named \"{name}\"; {mend}");
        return null;
    }
}
