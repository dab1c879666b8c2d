using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Time;
using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.Text;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>Makes scrape targets out of what discovery found: the job's defaults, relabelling, the address to ask.</summary>
/// <remarks>Pure. Source: Prometheus, configuration, sections scrape_config and relabel_config.</remarks>
static class TargetBuilder
{
    const string Meta = "__meta_";
    const string Parameter = "__param_";
    const string Interval = "__scrape_interval__";
    const string Timeout = "__scrape_timeout__";
    const string MetricsPath = "__metrics_path__";
    const string Scheme = "__scheme__";

    /// <summary>What became of one found target: exactly one of the three is set.</summary>
    public readonly record struct Outcome(ScrapeTarget? Target, DroppedTarget? Dropped, string? Fault);

    public static IEnumerable<Outcome> Build(ScrapeConfig config, TargetGroup group) =>
        group.Targets.Select(found => BuildOne(config, group.Labels.With(found)));

    /// <summary>The labels that relabelling starts from.</summary>
    public static LabelSet WithDefaults(ScrapeConfig config, LabelSet found)
    {
        var labels = new MutableLabels(found);
        labels.SetDefault("job", config.JobName);
        labels.SetDefault(Interval, PromDuration.Format((long)config.Interval.TotalMilliseconds));
        labels.SetDefault(Timeout, PromDuration.Format((long)config.Timeout.TotalMilliseconds));
        labels.SetDefault(MetricsPath, config.MetricsPath);
        labels.SetDefault(Scheme, config.Scheme);
        foreach (var (name, values) in config.Params)
        {
            if (values.Count > 0) labels.SetDefault(Parameter + name, values[0]);
        }
        return labels.ToLabelSet();
    }

    static Outcome BuildOne(ScrapeConfig config, LabelSet found)
    {
        var discovered = WithDefaults(config, found);
        var labels = new MutableLabels(discovered);
        if (!Relabelling.Apply(labels, config.RelabelConfigs, config.NameValidation)) return new(null, new(config.JobName, discovered), null);
        var address = labels[TargetGroup.Address];
        if (address.Length == 0) return Fault("no address");
        if (address.Contains('/', StringComparison.Ordinal)) return Fault($"\"{address}\" is not a valid address: it has a \"/\" (a path belongs into metrics_path)");
        if (address.Contains('@', StringComparison.Ordinal)) return Fault($"\"{ShownAddress.Shown(address)}\" has a login in front (\"@\"), which would stand in the label instance for all to see; write basic_auth");
        if (!TryReadTimes(labels, out var intervalMs, out var timeoutMs, out var fault)) return Fault(fault);
        labels.RemoveWhere(label => label.Name.StartsWith(Meta, StringComparison.Ordinal));
        labels.SetDefault("instance", address);
        var identity = labels.ToLabelSet();
        if (!TryBuildUrl(config, identity, out var url)) return Fault($"\"{identity[Scheme]}://{address}\" is not an address that can be asked");
        var target = new ScrapeTarget
        {
            DiscoveredLabels = discovered,
            Identity = identity,
            Labels = LabelSet.From(identity.Where(label => !label.Name.StartsWith("__", StringComparison.Ordinal))),
            Url = url,
            IntervalMs = intervalMs,
            TimeoutMs = timeoutMs,
        };
        return new(target, null, null);

        Outcome Fault(string reason) => new(null, null, $"target {Shown(found)}: {reason}");
    }

    static LabelSet Shown(LabelSet found) => found[TargetGroup.Address] is { Length: > 0 } address ? found.With(LabelSet.From((TargetGroup.Address, ShownAddress.Shown(address)))) : found;

    static bool TryReadTimes(MutableLabels labels, out long intervalMs, out long timeoutMs, out string fault)
    {
        timeoutMs = 0;
        fault = "";
        if (!PromDuration.TryParseMs(labels[Interval], out intervalMs)) fault = $"{Interval} \"{labels[Interval]}\" is not a duration";
        else if (intervalMs == 0) fault = $"{Interval} is 0";
        else if (!PromDuration.TryParseMs(labels[Timeout], out timeoutMs)) fault = $"{Timeout} \"{labels[Timeout]}\" is not a duration";
        else if (timeoutMs == 0) fault = $"{Timeout} is 0";
        else if (timeoutMs > intervalMs) fault = $"{Timeout} {labels[Timeout]} is above {Interval} {labels[Interval]}";
        return fault.Length == 0;
    }

    static bool TryBuildUrl(ScrapeConfig config, LabelSet labels, out Uri url)
    {
        var text = new StringBuilder().Append(labels[Scheme]).Append("://").Append(labels[TargetGroup.Address]);
        var path = labels[MetricsPath];
        if (!path.StartsWith('/')) text.Append('/');
        text.Append(Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal));
        var separator = '?';
        foreach (var (name, value) in Parameters(config, labels))
        {
            text.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
        return Uri.TryCreate(text.ToString(), UriKind.Absolute, out url!) && url.Scheme is "http" or "https" && url.Host.Length > 0;
    }

    /// <summary>The job's parameters in order of name, the first value of each taken from the target's labels.</summary>
    static IEnumerable<(string Name, string Value)> Parameters(ScrapeConfig config, LabelSet labels)
    {
        var values = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (name, written) in config.Params) values[name] = [.. written];
        foreach (var label in labels)
        {
            if (!label.Name.StartsWith(Parameter, StringComparison.Ordinal)) continue;
            var name = label.Name[Parameter.Length..];
            if (!values.TryGetValue(name, out var list)) values.Add(name, [label.Value]);
            else if (list.Count == 0) list.Add(label.Value);
            else list[0] = label.Value;
        }
        return values.SelectMany(pair => pair.Value.Select(value => (pair.Key, value)));
    }
}
