using Pharos.Model.Labels;
using Pharos.Server.Discovery;

namespace Pharos.Server.Alerting.Sending;

/// <summary>Makes addresses of what discovery found.</summary>
static class AlertmanagerTarget
{
    const string Scheme = "__scheme__";
    const string AlertsPath = "__alerts_path__";
    const string ApiPath = "/api/v2/alerts";

    /// <summary>Where alerts are posted to, and what relabelling dropped; each address once.</summary>
    public static AlertmanagersSnapshot Resolve(AlertmanagerConfig config, IEnumerable<TargetGroup> groups)
    {
        var active = new List<Uri>();
        var dropped = new List<Uri>();
        foreach (var group in groups)
        {
            foreach (var target in group.Targets)
            {
                var discovered = LabelSet.From((Scheme, config.Scheme), (AlertsPath, $"/{config.PathPrefix.Trim('/')}{ApiPath}".Replace("//", "/", StringComparison.Ordinal)))
                    .With(group.Labels).With(target);
                var kept = Relabelling.Apply(discovered, config.RelabelConfigs);
                if (ToUrl(kept ?? discovered) is not { } url) continue;
                var list = kept is null ? dropped : active;
                if (!list.Contains(url)) list.Add(url);
            }
        }
        return new(active, dropped);
    }

    static Uri? ToUrl(LabelSet labels) =>
        Uri.TryCreate($"{labels[Scheme]}://{labels[TargetGroup.Address]}/{labels[AlertsPath].TrimStart('/')}", UriKind.Absolute, out var url) && url.Host.Length > 0 ? url : null;
}

/// <summary>The Alertmanagers that alerts are sent to, and those that relabelling took out.</summary>
sealed record AlertmanagersSnapshot(IReadOnlyList<Uri> Active, IReadOnlyList<Uri> Dropped);
