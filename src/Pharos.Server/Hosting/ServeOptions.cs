using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Hosting.Logs;
using Pharos.Server.Metrics;
using Pharos.Server.Queries;
using Pharos.Server.Rules;
using Pharos.Server.Store;

namespace Pharos.Server.Hosting;

/// <summary>What the command line of <c>serve</c> said: the files to load, and what each room is told.</summary>
sealed record ServeOptions
{
    /// <summary>Absolute path of the folder that was given; null when started with <c>--config.file</c>.</summary>
    public string? Folder { get; init; }

    /// <summary>Absolute path of prometheus.yml; null: there is none, and only the server itself is watched.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Absolute path of alertmanager.yml; null: that of the folder, if there is one.</summary>
    public string? AlertmanagerFile { get; init; }

    /// <summary>Absolute path of web.yml; null: no TLS, no login.</summary>
    public string? WebConfigFile { get; init; }

    public WebOptions Web { get; init; } = new();

    public QueryOptions Query { get; init; } = new();

    public MetricsOptions Metrics { get; init; } = new();

    public StorageOptions Storage { get; init; } = new();

    public RulesOptions Rules { get; init; } = new();

    public AlertingOptions Alerting { get; init; } = new();

    public LogOptions Log { get; init; } = LogOptions.Default;

    /// <summary>Most memory to use; null: no bound. The shares are laid into the options of the rooms already.</summary>
    public MemoryShares? Memory { get; init; }

    /// <summary>Most clients that are told of this server's troubles as they come and go.</summary>
    public int MaxNoticeSubscribers { get; init; } = 16;

    /// <summary>How often to look whether files of the configuration changed; null: only when asked to reload.</summary>
    public TimeSpan? AutoReloadInterval { get; init; }

    /// <summary>What is to be told at start: flags that do nothing here, paths that were mapped.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
