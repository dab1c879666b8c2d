using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Server.Alerting.Intervals;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Routing;

/// <summary>One node of the routing tree with everything it takes over from above. Alerts fall down the tree to the deepest nodes that match.</summary>
/// <remarks>Threads: immutable.</remarks>
sealed class AlertRoute
{
    AlertRoute(RouteConfig config, AlertRoute? parent, string id)
    {
        Config = config;
        Parent = parent;
        Id = id;
        Receiver = config.Receiver ?? parent?.Receiver ?? "";
        GroupByAll = config.GroupBy is null ? parent?.GroupByAll ?? false : config.GroupByAll;
        GroupBy = config.GroupBy?.ToHashSet(StringComparer.Ordinal) ?? parent?.GroupBy ?? new HashSet<string>(StringComparer.Ordinal);
        GroupWait = config.GroupWait ?? parent?.GroupWait ?? TimeSpan.FromSeconds(30);
        GroupInterval = config.GroupInterval ?? parent?.GroupInterval ?? TimeSpan.FromMinutes(5);
        RepeatInterval = config.RepeatInterval ?? parent?.RepeatInterval ?? TimeSpan.FromHours(4);
        Labels = parent is null ? config.Labels : parent.Labels.With(config.Labels);
        Key = parent is null ? config.Matchers.Text() : $"{parent.Key}/{config.Matchers.Text()}";
        Routes = [.. config.Routes.Select((child, index) => new AlertRoute(child, this, $"{id}/{index}"))];
    }

    public RouteConfig Config { get; }

    public AlertRoute? Parent { get; }

    /// <summary>The way down by numbers, <c>0/2/1</c>: two routes may have the same <see cref="Key"/>.</summary>
    public string Id { get; }

    /// <summary>The matchers on the way down: <c>{}/{team="a"}</c>. The first half of the group keys.</summary>
    public string Key { get; }

    public string Receiver { get; }

    public IReadOnlySet<string> GroupBy { get; }

    public bool GroupByAll { get; }

    public TimeSpan GroupWait { get; }

    public TimeSpan GroupInterval { get; }

    public TimeSpan RepeatInterval { get; }

    public LabelSet Labels { get; }

    public IReadOnlyList<AlertRoute> Routes { get; }

    public static AlertRoute Build(RouteConfig root) => new(root, null, "0");

    /// <summary>The routes that take an alert, in the order of the file. The root takes what no other does.</summary>
    public IReadOnlyList<AlertRoute> Match(LabelSet labels)
    {
        var found = new List<AlertRoute>();
        Collect(labels, found);
        return found;
    }

    /// <summary>A route with these timings that ends at one receiver, without conditions of time.</summary>
    public AlertRoute To(string receiver) => new(
        new()
        {
            Receiver = receiver,
            GroupBy = [.. GroupBy],
            GroupByAll = GroupByAll,
            GroupWait = GroupWait,
            GroupInterval = GroupInterval,
            RepeatInterval = RepeatInterval,
            Labels = Labels,
        },
        null,
        $"{Id}/closing");

    /// <summary>This route and all below it.</summary>
    public IEnumerable<AlertRoute> All() => Routes.SelectMany(route => route.All()).Prepend(this);

    /// <summary>Names of the intervals that mute this route at a time; of one that is active only in others, those.</summary>
    public IReadOnlyList<string> MutedBy(IReadOnlyList<TimeIntervalConfig> intervals, DateTimeOffset now)
    {
        if (Config.ActiveTimeIntervals.Count == 0 && Config.MuteTimeIntervals.Count == 0) return [];
        var holding = intervals.Where(interval => interval.Contains(now)).Select(interval => interval.Name).ToHashSet(StringComparer.Ordinal);
        if (Config.ActiveTimeIntervals.Count > 0 && !Config.ActiveTimeIntervals.Any(holding.Contains)) return Config.ActiveTimeIntervals;
        return [.. Config.MuteTimeIntervals.Where(holding.Contains)];
    }

    public LabelSet GroupLabelsOf(LabelSet labels) => GroupByAll ? labels : LabelSet.From(labels.Where(label => GroupBy.Contains(label.Name)));

    /// <summary>Names the group to services, which deduplicate by it.</summary>
    public string GroupKey(LabelSet groupLabels)
    {
        var key = new StringBuilder(Key).Append(":{");
        for (var i = 0; i < groupLabels.Count; i++)
        {
            if (i > 0) key.Append(", ");
            key.Append(groupLabels[i].Name).Append('=').Append(GoText.Quote(groupLabels[i].Value));
        }
        return key.Append('}').ToString();
    }

    bool Collect(LabelSet labels, List<AlertRoute> found)
    {
        if (!Config.Matchers.MatchesAll(labels)) return false;
        var before = found.Count;
        foreach (var route in Routes)
        {
            if (route.Collect(labels, found) && !route.Config.Continue) break;
        }
        if (found.Count == before) found.Add(this);
        return true;
    }
}
