namespace Pharos.Server.Alerting;

/// <summary>What the command line said of alerts that are sent to Alertmanagers, checked, with defaults filled in.</summary>
sealed record AlertingOptions
{
    /// <summary>Alerts that may wait for one Alertmanager.</summary>
    public int QueueCapacity { get; init; } = 10_000;

    /// <summary>Alerts in one request.</summary>
    public int MaxBatch { get; init; } = 256;
}
