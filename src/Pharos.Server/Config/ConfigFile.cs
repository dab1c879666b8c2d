namespace Pharos.Server.Config;

/// <summary>A kind of file that settings are read from.</summary>
sealed class ConfigFile(params IReadOnlyList<string> places)
{
    public static readonly ConfigFile Web = new("web.yml", "prometheus/web.yml");

    public static readonly ConfigFile Prometheus = new("prometheus.yml", "prometheus/prometheus.yml")
    {
        Keys =
        [
            "global", "rule_files", "scrape_config_files", "alerting", "remote_write", "remote_read", "storage", "otlp", "runtime", "tracing", "scrape_configs",
        ],
    };

    public static readonly ConfigFile Alertmanager = new("alertmanager.yml", "alertmanager/alertmanager.yml", "alertmanager/config.yml")
    {
        Keys = ["global", "mute_time_intervals", "time_intervals", "receivers", "inhibit_rules", "templates", "tracing", "event_recorder", "route"],
        DoubledDollars = true,
    };

    public static readonly ConfigFile Pharos = new("pharos.yml");

    /// <summary>Where a folder may have it.</summary>
    public IReadOnlyList<string> Places => places;

    /// <summary>Keys of other programs' files in the order in which a hint tells them; those that are only ours follow in the order in which parts ask for them.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Two dollars in a secret or an address are one.</summary>
    public bool DoubledDollars { get; init; }
}
