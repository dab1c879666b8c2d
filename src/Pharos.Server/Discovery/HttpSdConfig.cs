using Pharos.Server.HttpClients;


namespace Pharos.Server.Discovery;

/// <summary>Target groups in JSON, fetched from an address.</summary>
sealed record HttpSdConfig
{
    public required Uri Url { get; init; }

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(1);

    public HttpClientConfig Http { get; init; } = HttpClientConfig.Default;
}
