namespace Pharos.Server.Cli;

/// <summary>The flags that Alertmanager 0.34 has and Prometheus has not, so that its container's command line works as it stands.</summary>
static class AlertmanagerFlags
{
    const string NoCluster = "there is no cluster of Alertmanagers here";
    const string OwnPace = "it has its own pace here";

    public static readonly IReadOnlyList<PrometheusFlag> All =
    [
        new("storage.path", FlagKind.Text, "data/", "Folder of the data."),
        new("data.retention", FlagKind.Duration, "120h", "How long silences and notifications are remembered.", "they are remembered for 120h"),
        new("data.maintenance-interval", FlagKind.Duration, "15m", "How often data is cleaned.", OwnPace),
        new("data.snapshot-threshold", FlagKind.Text, "", "When data is written anew.", "each change is written at once"),
        new("alerts.gc-interval", FlagKind.Duration, "30m", "How often alerts are cleaned.", OwnPace),
        new("alerts.per-alertname-limit", FlagKind.Integer, "0", "Most alerts of one name.", "alerts are not limited by name"),
        new("alerts.resend-delay", FlagKind.Duration, "15m", "Pause of resent alerts.", OwnPace),
        new("silences.max-silences", FlagKind.Integer, "0", "Most silences.", "silences are not limited in number"),
        new("silences.max-silence-size-bytes", FlagKind.Integer, "0", "Largest silence.", "silences have a fixed bound"),
        new("silences.logging", FlagKind.Switch, "false", "Logs changes of silences.", "silences are kept with their history"),
        new("dispatch.maintenance-interval", FlagKind.Duration, "30s", "How often groups are cleaned.", OwnPace),
        new("dispatch.start-delay", FlagKind.Duration, "0s", "Pause before the first notification.", "what was notified is remembered, so that none is needed"),
        new("web.get-concurrency", FlagKind.Integer, "0", "Most reads at once.", "--web.max-connections bounds them"),
        new("web.timeout", FlagKind.Duration, "0s", "Time for a request.", "--web.read-timeout bounds it"),
        new("web.systemd-socket", FlagKind.Switch, "false", "Takes sockets from systemd.", "addresses are listened on directly"),
        new("cluster.listen-address", FlagKind.Text, "", "Address of the cluster.", NoCluster),
        new("cluster.advertise-address", FlagKind.Text, "", "Address of the cluster.", NoCluster),
        new("cluster.peer", FlagKind.Texts, "", "Peers of the cluster.", NoCluster),
        new("cluster.peer-timeout", FlagKind.Duration, "15s", "Peers of the cluster.", NoCluster),
        new("cluster.peers-resolve-timeout", FlagKind.Duration, "15s", "Peers of the cluster.", NoCluster),
        new("cluster.gossip-interval", FlagKind.Text, "", "Peers of the cluster.", NoCluster),
        new("cluster.pushpull-interval", FlagKind.Duration, "1m", "Peers of the cluster.", NoCluster),
        new("cluster.tcp-timeout", FlagKind.Duration, "10s", "Peers of the cluster.", NoCluster),
        new("cluster.probe-timeout", FlagKind.Text, "", "Peers of the cluster.", NoCluster),
        new("cluster.probe-interval", FlagKind.Duration, "1s", "Peers of the cluster.", NoCluster),
        new("cluster.settle-timeout", FlagKind.Duration, "1m", "Peers of the cluster.", NoCluster),
        new("cluster.reconnect-interval", FlagKind.Duration, "10s", "Peers of the cluster.", NoCluster),
        new("cluster.reconnect-timeout", FlagKind.Duration, "6h", "Peers of the cluster.", NoCluster),
        new("cluster.tls-config", FlagKind.Text, "", "Peers of the cluster.", NoCluster),
        new("cluster.label", FlagKind.Text, "", "Peers of the cluster.", NoCluster),
        new("cluster.name", FlagKind.Text, "", "Peers of the cluster.", NoCluster),
        new("cluster.allow-insecure-public-advertise-address-discovery", FlagKind.Switch, "false", "Peers of the cluster.", NoCluster),
    ];
}
