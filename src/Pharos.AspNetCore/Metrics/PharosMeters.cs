namespace Pharos.AspNetCore.Metrics;

/// <summary>Names of the meters of this package, for listeners other than its own, such as OpenTelemetry's.</summary>
public static class PharosMeters
{
    /// <summary>Requests that the service answers.</summary>
    public const string Requests = "Pharos.AspNetCore.Requests";

    /// <summary>Logins, caches, errors, the application itself.</summary>
    public const string Application = "Pharos.AspNetCore.Application";

    /// <summary>Queries and pools of databases.</summary>
    public const string Database = "Pharos.AspNetCore.Database";

    /// <summary>Results of health checks.</summary>
    public const string Health = "Pharos.AspNetCore.Health";

    /// <summary>What became of error reports.</summary>
    public const string Errors = "Pharos.AspNetCore.Errors";

    /// <summary>Log lines that were lost.</summary>
    public const string Logs = "Pharos.AspNetCore.Logs";

    /// <summary>The process: CPU, memory, files.</summary>
    public const string Process = "Pharos.AspNetCore.Process";
}
