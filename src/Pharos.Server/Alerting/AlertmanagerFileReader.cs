using Pharos.Server.Alerting.Inhibition;
using Pharos.Server.Alerting.Intervals;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Notifying;
using Pharos.Server.Notifying.Templates;


namespace Pharos.Server.Alerting;

/// <summary>Reads <c>alertmanager.yml</c> as Alertmanager 0.34 understands it, and tells every fault at once.</summary>
static class AlertmanagerFileReader
{
    /// <summary>Whether a file is an alertmanager.yml and no prometheus.yml, by its keys. Faults in it are told when it is read.</summary>
    public static bool Recognises(string path) =>
        new ConfigSource().ReadYaml(path) is YamlMapping root && (root.Find("route") ?? root.Find("receivers")) is not null && root.Find("scrape_configs") is null;

    /// <summary>Null when a route is missing, without which nothing can be told to anybody (told).</summary>
    public static AlertmanagerFileConfig? Read(ConfigSource source, string path)
    {
        var node = source.ReadYaml(path);
        var root = new YamlSection(source, path, node, "") { DoubledDollars = true };
        var globalSection = root.Section("global");
        var global = GlobalReceiverConfig.Read(globalSection);
        var resolveTimeout = globalSection?.Duration("resolve_timeout") ?? TimeSpan.FromMinutes(5);
        globalSection?.Close();
        var intervals = TimeIntervalReader.ReadAll(root);
        var receivers = ReadReceivers(root, global);
        var inhibitRules = InhibitRuleReader.ReadAll(root);
        var templates = ReadTemplates(root, source);
        TemplateFaults.Tell(root, templates);
        ReadTracing(root);
        var names = receivers.Select(receiver => receiver.Name).ToHashSet(StringComparer.Ordinal);
        var intervalNames = intervals.Select(interval => interval.Name).ToHashSet(StringComparer.Ordinal);
        var routeSection = root.Section("route");
        var route = routeSection is null ? null : new RouteReader(names, intervalNames).ReadRoot(routeSection);
        if (route is null && !root.IsBroken) root.Error("route is missing; write at least \"route: {receiver: NAME}\"");
        root.Close();
        return route is null ? null : new()
        {
            Path = path,
            Route = route,
            Receivers = receivers,
            InhibitRules = inhibitRules,
            TimeIntervals = intervals,
            ResolveTimeout = resolveTimeout,
            Templates = templates,
            Yaml = AlertmanagerFilePrinter.Print(node),
        };
    }

    static IReadOnlyList<ReceiverConfig> ReadReceivers(YamlSection root, GlobalReceiverConfig global)
    {
        var receivers = new List<ReceiverConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in root.Sections("receivers", "receiver"))
        {
            var name = section.Text("name", "");
            if (name.Length == 0) section.Error("name is missing; routes need one to name the receiver by");
            else if (!names.Add(name)) section.Error("name", $"\"{name}\" is the name of another receiver already; rename one");
            var integrations = new List<ReceiverIntegration>();
            foreach (var kind in NotifierCatalogue.All)
            {
                var index = 0;
                foreach (var item in section.Sections(kind.Key, $"{kind.Name} receiver")) integrations.Add(new(kind, index++, kind.Read(item, global)));
            }
            receivers.Add(new(name, section.Labels("labels"), integrations));
            section.Close();
        }
        return receivers;
    }

    static NotificationTemplates ReadTemplates(YamlSection root, ConfigSource source)
    {
        var files = new List<string>();
        foreach (var pattern in root.Texts("templates"))
        {
            var resolved = ConfigPaths.ResolvePattern(root, "templates", pattern);
            var reached = ConfigPaths.Glob(resolved);
            if (reached.Count == 0) root.Warn("templates", $"\"{pattern}\" reaches no file; create one, or remove the line");
            files.AddRange(reached);
        }
        return NotificationTemplates.Load([.. files.Distinct(StringComparer.Ordinal)], source.Diagnostics);
    }

    /// <summary>Alertmanager's own spans; this process has its own way to send them.</summary>
    static void ReadTracing(YamlSection root)
    {
        root.DoesNothing("tracing", "the spans of this process are set up elsewhere");
        root.DoesNothing("event_recorder", "each step of an alert is in the ledger");
    }
}
