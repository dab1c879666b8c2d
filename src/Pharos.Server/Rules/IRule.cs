namespace Pharos.Server.Rules;

/// <summary>A rule at work. One thread evaluates it, its group's; anyone may read <see cref="Snapshot"/>.</summary>
interface IRule
{
    RuleConfig Config { get; }

    RuleSnapshot Snapshot { get; }

    /// <summary>Evaluates once and writes what came out.</summary>
    /// <returns>Number of samples written.</returns>
    /// <exception cref="RuleEvaluationException">Nothing was written, or not all; the rule's state is as before.</exception>
    int Evaluate(long nowMs, long queryOffsetMs, int limit, CancellationToken cancellation);

    /// <summary>Notes how the evaluation went. Without an error the rule is healthy.</summary>
    void Finish(long nowMs, TimeSpan duration, string error);

    /// <summary>Takes over state and series of the rule that this one replaces after a reload.</summary>
    void Inherit(IRule from);

    /// <summary>Ends the rule's series in the store: nobody will write them any more.</summary>
    void MarkStale(long nowMs);
}
