using System.CommandLine;

namespace Pharos.Server.Cli;

/// <summary>What the value of a flag must look like.</summary>
enum FlagKind
{
    Text,

    /// <summary>Given without a value; <c>--no-NAME</c> switches it off.</summary>
    Switch,
    Duration,
    Size,
    Integer,

    /// <summary>May be given several times.</summary>
    Texts,
}

/// <summary>One flag of Prometheus under its own name.</summary>
/// <param name="NoEffect">Why it does nothing here; null: it is obeyed.</param>
/// <param name="IsOld">Of an earlier Prometheus: accepted, but shown among the flags in force only when it was given.</param>
sealed record PrometheusFlag(string Name, FlagKind Kind, string Default, string Help, string? NoEffect = null, bool IsOld = false);

/// <summary>All flags of Prometheus 3.14, so that the command line of a container works as it stands.</summary>
static class PrometheusFlags
{
    const string OwnStore = "the store has its own layout";
    const string NoAgent = "there is no agent mode";
    const string NoGo = "there is no Go runtime; --memory bounds the memory";
    const string NoSending = "samples are not sent on to remote ends yet";

    public static readonly IReadOnlyList<PrometheusFlag> All =
    [
        new("config.file", FlagKind.Text, "prometheus.yml", "Configuration file."),
        new("config.auto-reload-interval", FlagKind.Duration, "30s", "How often to look whether the configuration changed (with --enable-feature=auto-reload-config)."),
        new("web.listen-address", FlagKind.Texts, "0.0.0.0:9090", "Address to listen on; may be given several times."),
        new("web.config.file", FlagKind.Text, "", "File with TLS and login settings (web.yml)."),
        new("web.read-timeout", FlagKind.Duration, "5m", "How long reading a request may take, and how long an idle connection is kept."),
        new("web.max-connections", FlagKind.Integer, "512", "Most connections at once."),
        new("web.max-notifications-subscribers", FlagKind.Integer, "16", "Most clients of live notifications (/api/v1/notifications/live)."),
        new("web.search.max-limit", FlagKind.Integer, "10000", "Largest limit of a search for names; 0: any."),
        new("web.external-url", FlagKind.Text, "", "The address under which the server is reached from outside, for links."),
        new("web.route-prefix", FlagKind.Text, "", "Prefix of all routes; by default the path of --web.external-url."),
        new("web.user-assets", FlagKind.Text, "", "Folder served at /user.", "there are no console pages"),
        new("web.enable-lifecycle", FlagKind.Switch, "false", "Lets POST /-/quit end the process. POST /-/reload always answers."),
        new("web.enable-admin-api", FlagKind.Switch, "false", "Switches on deleting and snapshots through the API."),
        new("web.enable-remote-write-receiver", FlagKind.Switch, "false", "Remote write is always received.", "remote write is always received"),
        new("web.remote-write-receiver.accepted-protobuf-messages", FlagKind.Texts, "", "Versions of remote write to take.", "both versions are always taken"),
        new("web.enable-otlp-receiver", FlagKind.Switch, "false", "Takes OTLP metrics.", "OTLP metrics are not received yet"),
        new("web.console.templates", FlagKind.Text, "consoles", "Folder of console templates.", "there are no console pages"),
        new("web.console.libraries", FlagKind.Text, "console_libraries", "Folder of console libraries.", "there are no console pages"),
        new("web.page-title", FlagKind.Text, "Pharos", "Title of the pages.", "the pages have their own titles"),
        new("web.cors.origin", FlagKind.Text, ".*", "Pattern (RE2, anchored) of the origins whose scripts may read."),
        new("storage.tsdb.path", FlagKind.Text, "data/", "Folder of the data."),
        new("storage.tsdb.retention.time", FlagKind.Duration, "15d", "How long samples are kept."),
        new("storage.tsdb.retention.size", FlagKind.Size, "0", "Most bytes kept, such as 10GB; 0: no bound."),
        new("storage.tsdb.retention", FlagKind.Duration, "15d", "Old name of --storage.tsdb.retention.time.", IsOld: true),
        new("storage.tsdb.no-lockfile", FlagKind.Switch, "false", "Leaves the data folder unlocked.", "the data folder is always locked, without a file that could stay behind"),
        new("storage.tsdb.wal-compression", FlagKind.Switch, "true", "Compresses the log.", OwnStore),
        new("storage.tsdb.wal-compression-type", FlagKind.Text, "snappy", "How to compress the log.", OwnStore),
        new("storage.tsdb.wal-segment-size", FlagKind.Size, "128MB", "Size of the log's files.", OwnStore),
        new("storage.tsdb.min-block-duration", FlagKind.Duration, "2h", "Shortest span of a block.", OwnStore),
        new("storage.tsdb.max-block-duration", FlagKind.Duration, "0", "Longest span of a block.", OwnStore),
        new("storage.tsdb.max-block-chunk-segment-size", FlagKind.Size, "512MB", "Size of a block's files.", OwnStore),
        new("storage.tsdb.head-chunks-write-queue-size", FlagKind.Integer, "0", "Queue of the head's chunks.", OwnStore),
        new("storage.tsdb.samples-per-chunk", FlagKind.Integer, "120", "Samples of a chunk.", OwnStore),
        new("storage.tsdb.delayed-compaction.max-percent", FlagKind.Integer, "10", "Spreads compactions over time.", OwnStore),
        new("storage.tsdb.allow-overlapping-blocks", FlagKind.Switch, "true", "Takes overlapping blocks.", "overlapping blocks are always taken", IsOld: true),
        new("storage.tsdb.allow-overlapping-compaction", FlagKind.Switch, "true", "Merges overlapping blocks.", OwnStore),
        new("storage.tsdb.block-reload-interval", FlagKind.Duration, "1m", "How often to look for new blocks.", OwnStore),
        new("storage.remote.flush-deadline", FlagKind.Duration, "1m", "How long to wait for remote ends at the end.", NoSending),
        new("storage.remote.read-sample-limit", FlagKind.Integer, "50000000", "Most samples one remote read may return; 0: no bound."),
        new("storage.remote.read-concurrent-limit", FlagKind.Integer, "10", "Most remote reads at once; 0: no bound."),
        new("storage.remote.read-max-bytes-in-frame", FlagKind.Integer, "1048576", "Most bytes of a frame of a streamed remote read.", "frames have a fixed bound"),
        new("rules.alert.for-outage-tolerance", FlagKind.Duration, "1h", "How long the server may have been away for an alert's \"for\" to go on."),
        new("rules.alert.for-grace-period", FlagKind.Duration, "10m", "Shortest time from a restart to an alert whose \"for\" went on."),
        new("rules.alert.resend-delay", FlagKind.Duration, "1m", "Shortest time before an alert is sent again."),
        new("rules.max-concurrent-evals", FlagKind.Integer, "4", "Most rule groups evaluated at once."),
        new("scrape.adjust-timestamps", FlagKind.Switch, "true", "Aligns scrape times to their schedule.", "scrape times are always aligned when they are less than 2 ms off"),
        new("scrape.timestamp-tolerance", FlagKind.Duration, "2ms", "How far times may be aligned.", "times are aligned by at most 2 ms"),
        new("scrape.discovery-reload-interval", FlagKind.Duration, "5s", "Shortest time between two changes of the targets.", "changes of targets are taken at once"),
        new("alertmanager.notification-queue-capacity", FlagKind.Integer, "10000", "Alerts that may wait to be sent."),
        new("alertmanager.notification-batch-size", FlagKind.Integer, "256", "Most alerts sent at once."),
        new("alertmanager.drain-notification-queue-on-shutdown", FlagKind.Switch, "true", "Sends waiting alerts before the end.", "waiting alerts are always sent before the end"),
        new("alertmanager.timeout", FlagKind.Duration, "10s", "Time for a request.", "each alertmanagers section has its timeout", IsOld: true),
        new("query.lookback-delta", FlagKind.Duration, "5m", "How far back the newest sample of a series is looked for."),
        new("query.timeout", FlagKind.Duration, "2m", "How long a query may take."),
        new("query.max-concurrency", FlagKind.Integer, "20", "Most queries at once."),
        new("query.max-samples", FlagKind.Integer, "50000000", "Most samples a query may hold at once."),
        new("enable-feature", FlagKind.Texts, "", "Features by name, separated by commas."),
        new("agent", FlagKind.Switch, "false", "Agent mode.", NoAgent),
        new("storage.agent.path", FlagKind.Text, "data-agent/", "Folder of the agent.", NoAgent),
        new("storage.agent.wal-compression", FlagKind.Switch, "true", "Log of the agent.", NoAgent),
        new("storage.agent.wal-compression-type", FlagKind.Text, "snappy", "Log of the agent.", NoAgent),
        new("storage.agent.wal-segment-size", FlagKind.Size, "128MB", "Log of the agent.", NoAgent),
        new("storage.agent.wal-truncate-frequency", FlagKind.Duration, "2h", "Log of the agent.", NoAgent),
        new("storage.agent.retention.min-time", FlagKind.Duration, "5m", "Log of the agent.", NoAgent),
        new("storage.agent.retention.max-time", FlagKind.Duration, "4h", "Log of the agent.", NoAgent),
        new("storage.agent.no-lockfile", FlagKind.Switch, "false", "Lock of the agent.", NoAgent),
        new("auto-gomaxprocs", FlagKind.Switch, "true", "Processors of the Go runtime.", NoGo),
        new("auto-gomemlimit", FlagKind.Switch, "true", "Memory of the Go runtime.", NoGo),
        new("auto-gomemlimit.ratio", FlagKind.Text, "0.9", "Memory of the Go runtime.", NoGo),
        new("log.level", FlagKind.Text, "info", "Least grave messages shown: debug, info, warn or error."),
        new("log.format", FlagKind.Text, "logfmt", "Form of messages when not on a terminal: logfmt or json."),
    ];

    /// <summary>Options for the command line, by the name of the flag; switches have a second one to switch them off.</summary>
    public static IReadOnlyDictionary<string, Option> CreateOptions(Command command)
    {
        var options = new Dictionary<string, Option>(StringComparer.Ordinal);
        foreach (var flag in All.Concat(AlertmanagerFlags.All))
        {
            var help = flag.NoEffect is null ? flag.Help : $"{flag.Help} Does nothing here: {flag.NoEffect}.";
            Option option = flag.Kind switch
            {
                FlagKind.Switch => new Option<bool>($"--{flag.Name}") { Description = help },
                FlagKind.Texts => new Option<string[]>($"--{flag.Name}") { Description = help, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false },
                // An empty value (--cluster.listen-address=) is how some are switched off.
                _ => new Option<string>($"--{flag.Name}") { Description = help, Arity = flag.NoEffect is null ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne },
            };
            option.Hidden = flag.NoEffect is not null;
            options.Add(flag.Name, option);
            command.Add(option);
            if (flag.Kind != FlagKind.Switch) continue;
            var off = new Option<bool>($"--no-{flag.Name}") { Description = $"Switches --{flag.Name} off.", Hidden = true };
            options.Add($"no-{flag.Name}", off);
            command.Add(off);
        }
        return options;
    }
}
