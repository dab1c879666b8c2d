using Pharos.Server.Hosting.Logs;


namespace Pharos.Server.Hosting;

/// <summary>What the command line of <c>serve</c> said, checked, with defaults filled in.</summary>
sealed record ServeOptions
{
    /// <summary>Absolute path of the folder that was given; null when started with <c>--config.file</c>.</summary>
    public string? Folder { get; init; }

    /// <summary>Absolute path of prometheus.yml; null: there is none, and only the server itself is watched.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Absolute path of alertmanager.yml; null: that of the folder, if there is one.</summary>
    public string? AlertmanagerFile { get; init; }

    /// <summary>Absolute path of the folder that holds all data.</summary>
    public string DataFolder { get; init; } = Path.GetFullPath("data");

    /// <summary>Addresses as <c>host:port</c>; an empty host means all interfaces.</summary>
    public IReadOnlyList<string> Listen { get; init; } = ["127.0.0.1:9090"];

    /// <summary>Absolute path of web.yml; null: no TLS, no login.</summary>
    public string? WebConfigFile { get; init; }

    /// <summary>The address under which users and receivers reach the server, without a slash at the end.</summary>
    public string ExternalUrl { get; init; } = "http://localhost:9090";

    /// <summary>Prefix of all routes: "" or <c>/x</c>.</summary>
    public string RoutePrefix { get; init; } = "";

    /// <summary>Path of <see cref="ExternalUrl"/>: what the browser sees before each address; "" or <c>/x</c>.</summary>
    public string ExternalPath { get; init; } = "";

    /// <summary>Whether <c>/-/quit</c> answers. Reload always does.</summary>
    public bool EnableQuit { get; init; }

    public bool EnableAdminApi { get; init; }

    /// <summary>Anchored RE2 pattern of origins whose scripts may read; "": none.</summary>
    public string CorsOrigin { get; init; } = ".*";

    public int MaxConnections { get; init; } = 512;

    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest <c>limit</c> of a search for names; 0: any.</summary>
    public int SearchMaxLimit { get; init; } = 10_000;

    /// <summary>Most clients that are told of this server's troubles as they come and go.</summary>
    public int MaxNoticeSubscribers { get; init; } = 16;

    public TimeSpan LookbackDelta { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromMinutes(2);

    public int QueryMaxConcurrency { get; init; } = 20;

    public long QueryMaxSamples { get; init; } = 50_000_000;

    /// <summary>Samples that one query may load: those allowed, and no more than fit a fourth of a bounded heap.</summary>
    public long QuerySamples => Math.Min(QueryMaxSamples, Memory is { } memory ? memory.HeapBytes / 64 : long.MaxValue);

    public long RemoteReadSampleLimit { get; init; } = 50_000_000;

    public int RemoteReadConcurrency { get; init; } = 10;

    /// <summary>Null: not given on the command line; the configuration or the default of 15 days holds.</summary>
    public TimeSpan? RetentionTime { get; init; }

    /// <summary>Null: not given; 0: no bound.</summary>
    public long? RetentionSizeBytes { get; init; }

    /// <summary>Most memory to use; null: no bound.</summary>
    public MemoryShares? Memory { get; init; }

    /// <summary>How long the server may have been away for an alert's <c>for</c> to be continued.</summary>
    public TimeSpan ForOutageTolerance { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan ForGracePeriod { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan ResendDelay { get; init; } = TimeSpan.FromMinutes(1);

    public int RuleConcurrency { get; init; } = 4;

    public int NotificationQueueCapacity { get; init; } = 10_000;

    public int NotificationMaxBatch { get; init; } = 256;

    public LogOptions Log { get; init; } = LogOptions.Default;

    /// <summary>Names given by <c>--enable-feature</c>.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>How often to look whether files of the configuration changed; null: only when asked to reload.</summary>
    public TimeSpan? AutoReloadInterval { get; init; }

    /// <summary>Flags under Prometheus' names with the values in force, for <c>/api/v1/status/flags</c>.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What is to be told at start: flags that do nothing here, paths that were mapped.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
