using Pharos.Model.Labels;

namespace Pharos.Server.Ledger;

/// <summary>Steps on the way of an alert. The numbers are on disk.</summary>
enum LedgerStep
{
    /// <summary>Its rule began to hold, fired, or held no more; with the value.</summary>
    Rule = 1,

    /// <summary>It was posted, and is new, fires again, or is resolved.</summary>
    Received = 2,

    Route = 3,
    Group = 4,
    Silenced = 5,
    Inhibited = 6,
    Muted = 7,

    /// <summary>Nothing holds it any more.</summary>
    Released = 8,

    /// <summary>It was looked at, and there is nothing new to tell until the repeat is due.</summary>
    Repeat = 9,

    /// <summary>An attempt to tell a service, with its answer.</summary>
    Attempt = 10,

    /// <summary>A test or a fire drill.</summary>
    Proof = 11,

    /// <summary>A heartbeat that is sent stopped, or goes on.</summary>
    Heartbeat = 12,
}

enum LedgerOutcome
{
    Ok = 1,
    Held = 2,
    Failed = 3,
    Note = 4,
}

/// <summary>One step of one alert, or of all alerts of a notification. Texts hold no secrets.</summary>
sealed record LedgerRow
{
    public long Id { get; init; }

    public required long AtMs { get; init; }

    public required LedgerStep Step { get; init; }

    public required LedgerOutcome Outcome { get; init; }

    /// <summary>Of the alert; null when <see cref="Alerts"/> are meant.</summary>
    public ulong? Fingerprint { get; init; }

    public IReadOnlyCollection<ulong> Alerts { get; init; } = [];

    /// <summary>Labels of the one alert; empty when there are several. Kept once an alert, not in each row.</summary>
    public LabelSet Labels { get; init; } = LabelSet.Empty;

    public string Receiver { get; init; } = "";

    public string Integration { get; init; } = "";

    public string GroupKey { get; init; } = "";

    /// <summary>A word that programs read: <c>pending</c>, an id of a silence, <c>rate-limited</c> …</summary>
    public string Reason { get; init; } = "";

    /// <summary>A sentence for people.</summary>
    public required string Text { get; init; }

    /// <summary>HTTP status of the service's answer.</summary>
    public int? Status { get; init; }
}
