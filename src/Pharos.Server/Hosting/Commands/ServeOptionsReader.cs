using System.CommandLine;
using System.Globalization;
using System.Net;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Alerting;
using Pharos.Server.Cli;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Metrics;
using Pharos.Server.Queries;
using Pharos.Server.Text;

namespace Pharos.Server.Hosting.Commands;

/// <summary>What the command line gave beside the flags of Prometheus and Alertmanager.</summary>
sealed record ServeArguments(string? Folder = null, IReadOnlyList<string>? Listen = null, string? Data = null, string? Alertmanager = null, string? Memory = null);

/// <summary>Turns the command line of <c>serve</c> into options, and collects every fault in it.</summary>
sealed class ServeOptionsReader(FlagValues flags)
{
    /// <summary>What Prometheus needs to be told and is always so here.</summary>
    static readonly string[] FeaturesInForce =
    [
        "native-histograms", "exemplar-storage", "promql-experimental-functions", "promql-delayed-name-removal", "promql-duration-expr", "extra-scrape-metrics",
        "auto-reload-config", "utf8-names", "promql-at-modifier", "promql-negative-offset", "new-service-discovery-manager", "no-default-scrape-port",
        "concurrent-rule-eval", "old-ui", "delayed-compaction", "auto-gomaxprocs", "auto-gomemlimit", "remote-write-receiver",
        "memory-snapshot-on-shutdown", "expand-external-labels", "search-api",
    ];

    public IReadOnlyList<string> Faults => flags.Faults;

    public ServeOptions Read(ServeArguments arguments)
    {
        var folder = arguments.Folder;
        var isOwnStyle = folder is not null || !flags.IsFilled("config.file");
        var isAlertmanagerAlone = folder is null && arguments.Alertmanager is not null;
        var root = isOwnStyle && !isAlertmanagerAlone ? Path.GetFullPath(folder ?? ".") : null;
        if (root is not null && !Directory.Exists(root)) flags.Faults.Add(FolderFault(folder ?? ".", root));
        var configFile = flags.IsFilled("config.file") ? ReadConfigFile(root) : null;
        var isForAlertmanager = configFile is not null && AlertmanagerFileReader.Recognises(configFile);
        var alertmanagerFile = isForAlertmanager ? configFile : ReadAlertmanagerFile(arguments.Alertmanager);
        var addresses = ReadListen(arguments.Listen ?? [], isOwnStyle, isForAlertmanager ? "0.0.0.0:9093" : "0.0.0.0:9090");
        var dataFolder = ReadDataFolder(arguments.Data);
        var options = new ServeOptions
        {
            Folder = root,
            ConfigFile = isForAlertmanager ? null : configFile,
            AlertmanagerFile = alertmanagerFile,
            WebConfigFile = flags.Text("web.config.file") is { Length: > 0 } web ? Path.GetFullPath(web) : null,
            Web = ReadWeb(addresses, isOwnStyle),
            Query = ReadQuery(),
            Storage = new() { DataFolder = dataFolder, RetentionTime = ReadRetention(), RetentionSizeBytes = ReadRetentionSize() },
            Rules = new()
            {
                OutageTolerance = flags.Duration("rules.alert.for-outage-tolerance"),
                GracePeriod = flags.Duration("rules.alert.for-grace-period"),
                ResendDelay = flags.Duration("rules.alert.resend-delay"),
                Concurrency = flags.Int32("rules.max-concurrent-evals"),
            },
            Alerting = new() { QueueCapacity = flags.Int32("alertmanager.notification-queue-capacity"), MaxBatch = flags.Int32("alertmanager.notification-batch-size") },
            Log = new(ReadLevel(), flags.Text("log.format") == "json"),
            Memory = ReadMemory(arguments.Memory),
            MaxNoticeSubscribers = flags.Int32("web.max-notifications-subscribers"),
            AutoReloadInterval = flags.Texts("enable-feature").Contains("auto-reload-config") || flags.IsGiven("config.auto-reload-interval")
                ? flags.Duration("config.auto-reload-interval") : null,
            Notes = [.. flags.Notes, .. UnknownFeatures()],
        };
        Require("query.max-samples", options.Query.MaxSamples > 0);
        Require("query.max-concurrency", options.Query.MaxConcurrency > 0);
        Require("web.max-connections", options.Web.MaxConnections > 0);
        Require("query.timeout", options.Query.Timeout > TimeSpan.Zero);
        Require("query.lookback-delta", options.Query.LookbackDelta > TimeSpan.Zero);
        flags.Set("web.listen-address", string.Join(',', options.Web.Listen));
        flags.Set("storage.tsdb.path", dataFolder);
        flags.Set("config.file", options.ConfigFile ?? options.Folder ?? options.AlertmanagerFile ?? "");
        flags.Set("web.external-url", options.Web.ExternalUrl);
        flags.Set("web.route-prefix", options.Web.RoutePrefix.Length == 0 ? "/" : options.Web.RoutePrefix);
        flags.Set("web.cors.origin", options.Web.CorsOrigin);
        options = options with { Metrics = ReadMetrics(options.AutoReloadInterval) };
        return options.Memory is { } memory ? Within(memory, options) : options;
    }

    /// <summary>Lays the shares of the memory into the options of who keeps them.</summary>
    static ServeOptions Within(MemoryShares memory, ServeOptions options) => options with
    {
        Query = options.Query.Within(memory.HeapBytes),
        Metrics = options.Metrics with { HeapBytes = memory.HeapBytes },
        Storage = options.Storage with { SeriesBytes = memory.SeriesBytes },
    };

    WebOptions ReadWeb(List<ListenAddress> addresses, bool isOwnStyle)
    {
        var (externalUrl, externalPath) = ReadExternalUrl(addresses);
        return new()
        {
            Listen = addresses,
            ExternalUrl = externalUrl,
            ExternalPath = externalPath,
            RoutePrefix = flags.IsFilled("web.route-prefix") ? Prefix(flags.Text("web.route-prefix")) : externalPath,
            EnableQuit = flags.Switch("web.enable-lifecycle"),
            EnableAdminApi = flags.Switch("web.enable-admin-api"),
            CorsOrigin = ReadCors(isOwnStyle),
            MaxConnections = flags.Int32("web.max-connections"),
            ReadTimeout = flags.Duration("web.read-timeout"),
        };
    }

    QueryOptions ReadQuery() => new()
    {
        LookbackDelta = flags.Duration("query.lookback-delta"),
        Timeout = flags.Duration("query.timeout"),
        MaxConcurrency = flags.Int32("query.max-concurrency"),
        MaxSamples = flags.Integer("query.max-samples"),
    };

    /// <summary>After all that sets flags: their values are among what is shown.</summary>
    MetricsOptions ReadMetrics(TimeSpan? autoReload) => new()
    {
        SearchMaxLimit = flags.Int32("web.search.max-limit"),
        RemoteReadSampleLimit = flags.Integer("storage.remote.read-sample-limit"),
        RemoteReadConcurrency = flags.Int32("storage.remote.read-concurrent-limit"),
        ReloadsByItself = autoReload is { Ticks: > 0 },
        Flags = flags.InForce,
    };

    void Require(string flag, bool isAboveZero)
    {
        if (!isAboveZero && !flags.Faults.Exists(fault => fault.StartsWith($"--{flag}:", StringComparison.Ordinal))) flags.Faults.Add($"--{flag}: must be above 0");
    }

    static string FolderFault(string written, string full)
    {
        if (written.StartsWith('-'))
        {
            var nearest = NearestKey.Find(written.TrimStart('-').Split('=')[0], PrometheusFlags.All.Select(flag => flag.Name).Concat(["listen", "data", "memory", "help"]));
            return $"unknown flag {written}; {(nearest is null ? "see pharos serve --help" : $"did you mean --{nearest}?")}";
        }
        return File.Exists(full)
            ? $"{written} is a file; write --config.file={written}, or the folder that holds it"
            : $"{written} is no folder; write the folder that holds prometheus.yml, or make it";
    }

    string? ReadConfigFile(string? folder)
    {
        var written = flags.Text("config.file");
        var path = Path.GetFullPath(written);
        if (File.Exists(path)) return path;
        var below = folder is null ? null : Path.Combine(folder, Path.GetFileName(written));
        if (below is not null && File.Exists(below)) return below;
        flags.Faults.Add($"--config.file: {written} does not exist");
        return path;
    }

    string? ReadAlertmanagerFile(string? written)
    {
        if (written is null) return null;
        var path = Path.GetFullPath(written);
        if (!File.Exists(path)) flags.Faults.Add($"--alertmanager: {written} does not exist");
        return path;
    }

    /// <summary>Prometheus' flag wins over Alertmanager's: who gives both means the samples.</summary>
    string ReadDataFolder(string? data)
    {
        if (data is not null) return Path.GetFullPath(data);
        if (flags.IsFilled("storage.tsdb.path")) return Path.GetFullPath(flags.Text("storage.tsdb.path"));
        return Path.GetFullPath(flags.IsFilled("storage.path") ? flags.Text("storage.path") : "data");
    }

    List<ListenAddress> ReadListen(IReadOnlyList<string> listen, bool isOwnStyle, string programDefault)
    {
        var written = listen.Count > 0 ? listen
            : flags.IsFilled("web.listen-address") ? [.. flags.Texts("web.listen-address")]
            : isOwnStyle ? ["127.0.0.1:9090"] : [programDefault];
        var addresses = new List<ListenAddress>();
        foreach (var text in written)
        {
            if (ListenAddress.TryParse(text, out var address)) addresses.Add(address);
            else flags.Faults.Add($"\"{text}\" is no address to listen on; write host:port, such as 127.0.0.1:9090, or :9090 for every interface");
        }
        return addresses;
    }

    /// <summary>As Prometheus: a path alone is taken, too; the host is then this machine's.</summary>
    (string Url, string Path) ReadExternalUrl(List<ListenAddress> addresses)
    {
        var first = addresses.FirstOrDefault() ?? new("localhost", 9090);
        var host = first.IsEvery ? Dns.GetHostName() : first.IsLoopback ? "localhost" : first.Host;
        var own = string.Create(CultureInfo.InvariantCulture, $"http://{host}:{first.Port}");
        var written = flags.Text("web.external-url").Trim();
        if (written.Length == 0) return (own, "");
        if (!written.Contains("://", StringComparison.Ordinal)) return (own + Prefix(written), Prefix(written));
        if (Uri.TryCreate(written, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { Host.Length: > 0 })
        {
            var path = Prefix(url.AbsolutePath);
            return (ShownAddress.Shown(url.GetLeftPart(UriPartial.Authority)) + path, path); // It stands in every alert.
        }
        flags.Faults.Add($"--web.external-url: \"{ShownAddress.Shown(written)}\" is no http address; write one such as https://host/path");
        return (own, "");
    }

    static string Prefix(string path) => path.Trim('/') is { Length: > 0 } inner ? $"/{inner}" : "";

    /// <summary>Prometheus lets every site's scripts read. A server on the own machine must not, unless it was said.</summary>
    string ReadCors(bool isOwnStyle)
    {
        if (isOwnStyle && !flags.IsGiven("web.cors.origin")) return "";
        var pattern = flags.Text("web.cors.origin");
        try
        {
            Re2.CompileAnchored(pattern);
        }
        catch (Re2SyntaxException error)
        {
            flags.Faults.Add($"--web.cors.origin: \"{pattern}\" is no regular expression: {error.Message}");
        }
        return pattern;
    }

    TimeSpan? ReadRetention() => flags.IsGiven("storage.tsdb.retention.time") ? flags.Duration("storage.tsdb.retention.time")
        : flags.IsGiven("storage.tsdb.retention") ? flags.Duration("storage.tsdb.retention") : null;

    long? ReadRetentionSize() => flags.IsGiven("storage.tsdb.retention.size") ? flags.Size("storage.tsdb.retention.size") : null;

    MemoryShares? ReadMemory(string? memory)
    {
        if (memory is null) return null;
        var isSize = ByteSize.TryParse(memory, out var bytes);
        if (isSize && bytes >= MemoryShares.LeastCeilingBytes) return new(bytes);
        flags.Faults.Add(isSize
            ? $"--memory: \"{memory}\" is too little; the runtime and the heap alone need most of 96MB, write that or more"
            : $"--memory: \"{memory}\" cannot be used; write a size of at least 96MB, such as \"2GB\"");
        return null;
    }

    LogLevel ReadLevel() => flags.Text("log.level") switch
    {
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };

    IEnumerable<string> UnknownFeatures() => flags.Texts("enable-feature").Where(feature => !FeaturesInForce.Contains(feature))
        .Select(feature => $"--enable-feature={feature} does nothing here");
}
