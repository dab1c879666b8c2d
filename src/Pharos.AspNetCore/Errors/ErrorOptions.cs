using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Errors;

/// <summary>Where and how errors are reported by the Sentry protocol, to Pharos or to Sentry: section <c>Pharos:Errors</c>. Without a DSN nothing is reported.</summary>
public sealed class ErrorOptions
{
    /// <summary><c>https://KEY@HOST/PROJECT</c>. Default: environment variable <c>SENTRY_DSN</c>.</summary>
    public string? Dsn { get; set; }

    /// <summary>Release of the service. Default: <c>SENTRY_RELEASE</c>, else the service's version.</summary>
    public string? Release { get; set; }

    /// <summary>Where the service runs. Default: <c>SENTRY_ENVIRONMENT</c>, else <see cref="PharosOptions.Environment"/>.</summary>
    public string? Environment { get; set; }

    /// <summary>Name of this instance. Default: the machine's name.</summary>
    public string ServerName { get; set; } = System.Environment.MachineName;

    /// <summary>Share of errors that are reported, 0 to 1.</summary>
    public double SampleRate { get; set; } = 1;

    /// <summary>Share of requests that are reported as transactions with their spans, 0 to 1. Whole traces are in or out.</summary>
    public double TracesSampleRate { get; set; }

    /// <summary>Whether personal data goes out: the client's address, the user's name, cookies, all headers. The user's id always does.</summary>
    public bool SendDefaultPii { get; set; }

    /// <summary>Most log lines that go with a report, 0 to 1 000; the newest are kept.</summary>
    public int MaxBreadcrumbs { get; set; } = 100;

    /// <summary>Most reports that wait to be sent, 1 to 10 000; what comes after is counted and dropped.</summary>
    public int QueueLength { get; set; } = 100;

    /// <summary>How long the end of the service waits for what is queued.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Prefixes of types that are the application's own although they begin like a library's. All but <c>System</c>, <c>Microsoft</c> and <see cref="InAppExclude"/> is its own anyhow.</summary>
    public IList<string> InAppInclude { get; } = [];

    /// <summary>Prefixes of types that are not the application's own.</summary>
    public IList<string> InAppExclude { get; } = [];

    /// <summary>Tags of every report.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Has the last word on each report, after secrets are masked; null drops it. It must not block. If it throws, the report is dropped and the fault logged.</summary>
    public Func<ErrorReport, ErrorReport?>? BeforeSend { get; set; }

    internal void Read(SettingsSection section)
    {
        Dsn = section.OptionalText(nameof(Dsn), System.Environment.GetEnvironmentVariable("SENTRY_DSN"));
        Release = section.OptionalText(nameof(Release), System.Environment.GetEnvironmentVariable("SENTRY_RELEASE"));
        Environment = section.OptionalText(nameof(Environment), System.Environment.GetEnvironmentVariable("SENTRY_ENVIRONMENT"));
        ServerName = section.Text(nameof(ServerName), ServerName);
        SampleRate = section.Real(nameof(SampleRate), SampleRate, 0, 1);
        TracesSampleRate = section.Real(nameof(TracesSampleRate), TracesSampleRate, 0, 1);
        SendDefaultPii = section.Flag(nameof(SendDefaultPii), SendDefaultPii);
        MaxBreadcrumbs = section.Number(nameof(MaxBreadcrumbs), MaxBreadcrumbs, 0, 1_000);
        QueueLength = section.Number(nameof(QueueLength), QueueLength, 1, 10_000);
        ShutdownTimeout = section.Duration(nameof(ShutdownTimeout), ShutdownTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        foreach (var prefix in section.Texts(nameof(InAppInclude)) ?? []) InAppInclude.Add(prefix);
        foreach (var prefix in section.Texts(nameof(InAppExclude)) ?? []) InAppExclude.Add(prefix);
        foreach (var (name, value) in section.Pairs(nameof(Tags))) Tags[name] = value;
        if (Dsn is not { Length: > 0 } dsn || Errors.Dsn.TryParse(dsn, out _)) return;
        section.Fault(nameof(Dsn), "(not shown: it holds a key)", "write https://KEY@HOST/PROJECT; nothing is reported");
        Dsn = null;
    }
}
