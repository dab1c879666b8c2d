using Pharos.Model.Labels;
using Pharos.Server.Alerting.Routing;

namespace Pharos.Server.Alerting.Dispatch;

/// <summary>Alerts that are told together: those that took the same route and share the labels that it groups by.</summary>
/// <remarks>Threads: its dispatcher's.</remarks>
sealed class AlertGroup(AlertRoute route, LabelSet labels, string key)
{
    public AlertRoute Route { get; } = route;

    public LabelSet Labels { get; } = labels;

    public string Key { get; } = key;

    public string Receiver => Route.Receiver;

    public Dictionary<ulong, KnownAlert> Alerts { get; } = [];

    /// <summary>When it is looked at next.</summary>
    public long DueMs { get; set; }

    /// <summary>Looked at once already, so that alerts that are late already do not hurry it.</summary>
    public bool HasFlushed { get; set; }

    /// <summary>Something of it is on its way; until that ends it is not looked at.</summary>
    public bool IsFlushing { get; set; }

    /// <summary>Exists only to tell of alerts that it fired before the configuration changed; nothing new joins it.</summary>
    public bool IsClosing { get; init; }

    /// <summary>What held its alerts back when it was last looked at: only changes are worth a row in the ledger.</summary>
    public Dictionary<ulong, Hold> LastHolds { get; } = [];

    /// <summary>Integrations that had no news when it was last looked at.</summary>
    public HashSet<string> Quiet { get; } = [];

    /// <summary>Intervals that muted it when it was last looked at.</summary>
    public IReadOnlyList<string> MutedBy { get; set; } = [];
}
