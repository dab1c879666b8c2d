namespace Pharos.Server.Rules;

/// <summary>What the command line said of rules, checked, with defaults filled in.</summary>
sealed record RulesOptions
{
    /// <summary>How long the server may have been away for an alert's <c>for</c> to be continued.</summary>
    public TimeSpan OutageTolerance { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan ResendDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Groups that are evaluated at once.</summary>
    public int Concurrency { get; init; } = 4;
}
