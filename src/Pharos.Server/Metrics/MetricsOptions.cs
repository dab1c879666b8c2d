namespace Pharos.Server.Metrics;

/// <summary>What the command line said of metrics in and out, checked, with defaults filled in.</summary>
sealed record MetricsOptions
{
    /// <summary>Largest <c>limit</c> of a search for names; 0: any.</summary>
    public int SearchMaxLimit { get; init; } = 10_000;

    public long RemoteReadSampleLimit { get; init; } = 50_000_000;

    public int RemoteReadConcurrency { get; init; } = 10;

    /// <summary>What the managed heap may hold: bodies of scrapes and pushes take a share of it. Null: no bound.</summary>
    public long? HeapBytes { get; init; }

    /// <summary>Whether files of the configuration are watched, as <c>/api/v1/features</c> tells.</summary>
    public bool ReloadsByItself { get; init; }

    /// <summary>Flags under Prometheus' names with the values in force, for <c>/api/v1/status/flags</c>.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
