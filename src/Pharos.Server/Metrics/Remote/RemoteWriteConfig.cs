using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Metrics.Remote;

/// <summary>One place samples are sent on to.</summary>
sealed record RemoteWriteConfig
{
    public required Uri Url { get; init; }

    /// <summary>"" or distinct among all.</summary>
    public string Name { get; init; } = "";

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Headers of each request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public IReadOnlyList<RelabelConfig> WriteRelabelConfigs { get; init; } = [];

    /// <summary>Whether remote write 2.0 is spoken.</summary>
    public bool IsVersion2 { get; init; }

    public bool SendExemplars { get; init; }

    public bool SendNativeHistograms { get; init; }

    public bool RoundRobinDns { get; init; }

    public HttpClientConfig Http { get; init; } = HttpClientConfig.Default;

    public RemoteQueueConfig Queue { get; init; } = new();
}

/// <summary>Bounds of the queue towards one remote end.</summary>
sealed record RemoteQueueConfig
{
    public int Capacity { get; init; } = 10_000;

    public int MaxShards { get; init; } = 50;

    public int MinShards { get; init; } = 1;

    public int MaxSamplesPerSend { get; init; } = 2_000;

    public TimeSpan BatchSendDeadline { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(30);

    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(5);

    public bool RetryOnRateLimit { get; init; }

    /// <summary>Zero: no bound.</summary>
    public TimeSpan SampleAgeLimit { get; init; }
}
