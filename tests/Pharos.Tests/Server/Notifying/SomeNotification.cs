using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Notifying;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Tests.Server.Notifying;

static class SomeNotification
{
    public static readonly DateTimeOffset Now = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static Notification Firing(string state = "") => Of(state, true);

    public static Notification Resolved(string state = "") => Of(state, false);

    /// <summary>Reads one item of a receiver and makes its notifier.</summary>
    public static INotifier Notifier(string kind, string yaml, string global = "{}", Func<string, string?>? environment = null, bool mayWarn = false)
    {
        var (config, _, faults) = Read(kind, yaml, global, environment);
        Assert.True(mayWarn || faults.Count == 0, string.Join('\n', faults));
        return NotifierCatalogue.All.Single(candidate => candidate.Name == kind).Create(config, new(TimeProvider.System, NullLoggerFactory.Instance, NotificationTemplates.Default));
    }

    public static (IntegrationConfig Config, GlobalReceiverConfig Global, IReadOnlyList<string> Faults) Read(string kind, string yaml, string global = "{}", Func<string, string?>? environment = null)
    {
        var source = new ConfigSource { Environment = environment ?? (name => name == "TOKEN" ? "t0ken" : null) };
        var globalSection = Section(source, global, "global");
        var globals = GlobalReceiverConfig.Read(globalSection);
        globalSection.Close();
        var config = NotifierCatalogue.All.Single(candidate => candidate.Name == kind).Read(Section(source, yaml, kind), globals);
        return (config, globals, [.. source.Diagnostics.Select(diagnostic => diagnostic.ToString())]);
    }

    static YamlSection Section(ConfigSource source, string yaml, string path) =>
        new(source, "/x/alertmanager.yml", YamlReader.Read("alertmanager.yml", Encoding.UTF8.GetBytes(yaml), source.Diagnostics), path);

    static Notification Of(string state, bool isFiring) => new()
    {
        Receiver = "ops", Integration = "test", Index = 0, GroupKey = "{}:{alertname=\"High\"}", GroupLabels = LabelSet.From(("alertname", "High")),
        Alerts = [new(LabelSet.From(("alertname", "High"), ("severity", "critical")), LabelSet.From(("summary", "a < b & c")), Now.AddMinutes(-5), isFiring ? null : Now, "http://prom/g", "0123456789abcdef")],
        ExternalUrl = "http://pharos", Reason = NotifyReason.FirstNotification, RepeatInterval = TimeSpan.FromHours(4), Now = Now, State = state,
    };
}
