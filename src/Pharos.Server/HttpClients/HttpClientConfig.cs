using Pharos.Server.Config;

namespace Pharos.Server.HttpClients;

/// <summary>How requests of ours go out: the settings that scraping, discoveries, alertmanagers and remote ends share.</summary>
sealed record HttpClientConfig
{
    public static readonly HttpClientConfig Default = new();

    /// <summary>At most one of <see cref="BasicAuth"/>, <see cref="Authorization"/> and <see cref="OAuth2"/> is set.</summary>
    public BasicAuthConfig? BasicAuth { get; init; }

    /// <summary>Also what <c>bearer_token</c> and <c>bearer_token_file</c> became.</summary>
    public AuthorizationConfig? Authorization { get; init; }

    public OAuth2Config? OAuth2 { get; init; }

    public bool FollowRedirects { get; init; } = true;

    public bool EnableHttp2 { get; init; } = true;

    public TlsConfig Tls { get; init; } = TlsConfig.Default;

    public ProxyConfig Proxy { get; init; } = ProxyConfig.None;

    /// <summary>Sent with each request, in the order written.</summary>
    public IReadOnlyList<HttpHeaderConfig> Headers { get; init; } = [];
}

/// <summary>Name and password of <c>basic_auth</c>; what is null is sent empty.</summary>
sealed record BasicAuthConfig(Secret? Username, Secret? Password);

/// <summary>The <c>Authorization</c> header: its scheme and credentials.</summary>
sealed record AuthorizationConfig(string Type, Secret? Credentials);

/// <summary>One header with all its values: plain ones, secret ones and those read from files, in that order.</summary>
sealed record HttpHeaderConfig(string Name, IReadOnlyList<string> Values, IReadOnlyList<Secret> Secrets, IReadOnlyList<Secret> Files);
