using Pharos.Model.Labels;
using Pharos.Server.Alerting.Inhibition;
using Pharos.Server.Alerting.Intervals;
using Pharos.Server.Alerting.Routing;
using Pharos.Server.Config;
using Pharos.Server.Notifying;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Alerting;

/// <summary>An <c>alertmanager.yml</c>: who is told of which alerts, when, and how they are grouped.</summary>
sealed record AlertmanagerFileConfig : ISettings<AlertmanagerFileConfig>
{
    /// <summary>Takes every alert and tells nobody: what is in force where there is no file.</summary>
    public static AlertmanagerFileConfig Default { get; } = new()
    {
        Route = new() { Receiver = "nobody" },
        Receivers = [new("nobody", LabelSet.Empty, [])],
        Yaml = "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n",
    };

    /// <summary>Absolute path of the file; "" when there is none.</summary>
    public string Path { get; init; } = "";

    public required RouteConfig Route { get; init; }

    public IReadOnlyList<ReceiverConfig> Receivers { get; init; } = [];

    public IReadOnlyList<InhibitRuleConfig> InhibitRules { get; init; } = [];

    public IReadOnlyList<TimeIntervalConfig> TimeIntervals { get; init; } = [];

    /// <summary>How long an alert without an end is taken for firing after it was last posted.</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What texts of receivers may call: the defaults, and the files of <c>templates</c> in order; later definitions replace earlier ones.</summary>
    public NotificationTemplates Templates { get; init; } = NotificationTemplates.Default;

    /// <summary>The file as it may be shown: <c>&lt;secret&gt;</c> in place of secrets and variables.</summary>
    public string Yaml { get; init; } = "";
}
