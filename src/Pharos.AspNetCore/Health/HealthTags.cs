namespace Pharos.AspNetCore.Health;

/// <summary>Tags that say which probe asks a check. Without one, a check is a part of readiness.</summary>
public static class HealthTags
{
    /// <summary>Asked by <c>/health/live</c>: a failure means that only a restart helps. Never for what lies outside the process.</summary>
    public const string Live = "live";

    /// <summary>Asked by <c>/health/ready</c>: a failure takes the service out of traffic.</summary>
    public const string Ready = "ready";

    /// <summary>Asked by <c>/health/startup</c>.</summary>
    public const string Startup = "startup";
}
