using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Pharos.AspNetCore.CriticalAlerts;
using Pharos.AspNetCore.Database;
using Pharos.AspNetCore.Errors;
using Pharos.AspNetCore.Health;
using Pharos.AspNetCore.Logs;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Redaction;
using Pharos.AspNetCore.Requests;
using Pharos.AspNetCore.Settings;
using Pharos.AspNetCore.Tracing;

namespace Pharos.AspNetCore;

/// <summary>What the application may set, in the configuration section <c>Pharos</c> or in code, where code has the last word. All of it is optional.</summary>
/// <remarks>
/// Read once, when <c>AddPharos</c> is called: later changes of the configuration change nothing. A value that is malformed and a key that is unknown
/// are left out, and told by a warning when the service starts.
/// </remarks>
public sealed class PharosOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Pharos";

    /// <summary>Name of the service in traces, error reports and alerts. Default: the application's name.</summary>
    public string ServiceName { get; set; } = "application";

    /// <summary>Version in <c>app_info</c>, traces and error reports. Default: the informational version of the entry assembly, without the commit.</summary>
    public string ServiceVersion { get; set; } = "unknown";

    /// <summary>Where the service runs, such as <c>production</c>. Default: the host's environment in lower case.</summary>
    public string Environment { get; set; } = "production";

    /// <summary>Metrics and their exposition: section <c>Pharos:Metrics</c>.</summary>
    public MetricsOptions Metrics { get; } = new();

    /// <summary>Queries and pools of databases: section <c>Pharos:Database</c>.</summary>
    public DatabaseOptions Database { get; } = new();

    /// <summary>JSON log lines: section <c>Pharos:Logs</c>.</summary>
    public LogOptions Logs { get; } = new();

    /// <summary>Request ids and request log lines: section <c>Pharos:Requests</c>.</summary>
    public RequestOptions Requests { get; } = new();

    /// <summary>Traces by OpenTelemetry: section <c>Pharos:Tracing</c>.</summary>
    public TracingOptions Tracing { get; } = new();

    /// <summary>Error reports by the Sentry protocol: section <c>Pharos:Errors</c>.</summary>
    public ErrorOptions Errors { get; } = new();

    /// <summary>Where alerts from code go: section <c>Pharos:CriticalAlerts</c>.</summary>
    public CriticalAlertOptions CriticalAlerts { get; } = new();

    /// <summary>What is a secret in logs and error reports: section <c>Pharos:Redaction</c>.</summary>
    public RedactionOptions Redaction { get; } = new();

    /// <summary>Liveness, readiness and startup: section <c>Pharos:Health</c>.</summary>
    public HealthOptions Health { get; } = new();

    /// <summary>Whether error reports tell of requests as well, which needs their spans.</summary>
    internal bool ReportsTransactions => Errors is { Dsn.Length: > 0, TracesSampleRate: > 0 };

    /// <summary>What was malformed or unknown in the configuration, each with what to write instead.</summary>
    internal List<string> Faults { get; } = [];

    internal static PharosOptions Read(IConfiguration configuration, IHostEnvironment host, Action<PharosOptions>? configure)
    {
        var options = new PharosOptions();
        var section = new SettingsSection(configuration.GetSection(Section), Section, options.Faults);
        options.ServiceName = section.Text(nameof(ServiceName), host.ApplicationName);
        options.ServiceVersion = section.Text(nameof(ServiceVersion), EntryVersion());
        options.Environment = section.Text(nameof(Environment), host.EnvironmentName.ToLowerInvariant());
        options.Metrics.Read(section.Child(nameof(Metrics)));
        options.Database.Read(section.Child(nameof(Database)));
        options.Logs.Read(section.Child(nameof(Logs)));
        options.Requests.Read(section.Child(nameof(Requests)));
        options.Tracing.Read(section.Child(nameof(Tracing)));
        options.Errors.Read(section.Child(nameof(Errors)));
        options.CriticalAlerts.Read(section.Child(nameof(CriticalAlerts)));
        options.Redaction.Read(section.Child(nameof(Redaction)));
        options.Health.Read(section.Child(nameof(Health)), host.IsDevelopment());
        section.FindUnknown();
        configure?.Invoke(options);
        return options;
    }

    static string EntryVersion()
    {
        var version = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        var commit = version.IndexOf('+', StringComparison.Ordinal);
        return commit < 0 ? version : version[..commit];
    }
}
