using Pharos.Model.Labels;

namespace Pharos.Server.Rules;

enum AlertPhase
{
    /// <summary>Resolved; remembered for a while so that the resolution surely arrives.</summary>
    Inactive,

    /// <summary>Seen, but not yet for as long as the rule's <c>for</c>.</summary>
    Pending,

    Firing,
}

/// <summary>One element that an alerting rule's expression yielded, with the rule's labels and annotations on it.</summary>
readonly record struct AlertSighting(LabelSet Labels, LabelSet Annotations, double Value);

/// <summary>What is known of one alert, told from others of its rule by its labels. Times in ms since the epoch; null: has not happened.</summary>
sealed record AlertState
{
    public required LabelSet Labels { get; init; }

    public required LabelSet Annotations { get; init; }

    /// <summary>Value of the expression when it was seen last.</summary>
    public double Value { get; init; }

    public AlertPhase Phase { get; init; }

    /// <summary>Since when the expression yields it without a pause.</summary>
    public long ActiveAtMs { get; init; }

    public long? FiredAtMs { get; init; }

    public long? ResolvedAtMs { get; init; }

    /// <summary>Since when it only fires because of <c>keep_firing_for</c>.</summary>
    public long? KeepFiringSinceMs { get; init; }

    public long? LastSentAtMs { get; init; }

    /// <summary>Until when the receiver may believe that it fires when it hears nothing more.</summary>
    public long ValidUntilMs { get; init; }
}
