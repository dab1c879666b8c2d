using Pharos.Server.Alerting.Inhibition;
using Pharos.Server.Alerting.Intervals;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Notifying;

namespace Pharos.Server.Alerting;

/// <summary>Reads of alertmanager.yml, as Alertmanager 0.34 understands it, who is told of which alerts and when.</summary>
sealed class RoutingPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Alertmanager;

    public void Read(FileReading file)
    {
        var root = file.Root;
        var notifying = file.Of<NotifyingConfig>();
        var resolveTimeout = root.Shared("global")?.Duration("resolve_timeout") ?? TimeSpan.FromMinutes(5);
        var intervals = TimeIntervalReader.ReadAll(root);
        var inhibitRules = InhibitRuleReader.ReadAll(root);
        ReadTracing(root);
        var names = notifying.Receivers.Select(receiver => receiver.Name).ToHashSet(StringComparer.Ordinal);
        var intervalNames = intervals.Select(interval => interval.Name).ToHashSet(StringComparer.Ordinal);
        var routeSection = root.Section("route");
        var route = routeSection is null ? null : new RouteReader(names, intervalNames).ReadRoot(routeSection);
        if (route is null && !root.IsBroken) root.Error("route is missing; write at least \"route: {receiver: NAME}\"");
        if (route is null) return;
        file.Add(new AlertmanagerFileConfig
        {
            Path = file.Path,
            Route = route,
            Receivers = notifying.Receivers,
            InhibitRules = inhibitRules,
            TimeIntervals = intervals,
            ResolveTimeout = resolveTimeout,
            Templates = notifying.Templates,
            Yaml = AlertmanagerFilePrinter.Print(root.Node),
        });
    }

    /// <summary>Alertmanager's own spans; this process has its own way to send them.</summary>
    static void ReadTracing(YamlSection root)
    {
        root.DoesNothing("tracing", "the spans of this process are set up elsewhere");
        root.DoesNothing("event_recorder", "each step of an alert is in the ledger");
    }
}
