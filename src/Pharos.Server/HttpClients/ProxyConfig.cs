using Pharos.Server.Config;

namespace Pharos.Server.HttpClients;

/// <summary>Which proxy requests go through.</summary>
sealed record ProxyConfig
{
    public static readonly ProxyConfig None = new();

    /// <summary>Null with <see cref="FromEnvironment"/> or when there is no proxy.</summary>
    public Uri? Url { get; init; }

    /// <summary>Comma separated addresses, ranges and domains that are reached directly.</summary>
    public string NoProxy { get; init; } = "";

    /// <summary>HTTP_PROXY, HTTPS_PROXY and NO_PROXY decide.</summary>
    public bool FromEnvironment { get; init; }

    /// <summary>Headers of the CONNECT request.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<Secret>>> ConnectHeaders { get; init; } = [];
}
