using Pharos.Server.Config;

namespace Pharos.Server.HttpClients;

/// <summary>OAuth 2.0 by client credentials or by a signed assertion (<c>urn:ietf:params:oauth:grant-type:jwt-bearer</c>).</summary>
sealed record OAuth2Config
{
    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    public required string ClientId { get; init; }

    public Secret? ClientSecret { get; init; }

    public required string TokenUrl { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> EndpointParams { get; init; } = [];

    public TlsConfig Tls { get; init; } = TlsConfig.Default;

    public ProxyConfig Proxy { get; init; } = ProxyConfig.None;

    /// <summary>"" or <c>client_credentials</c>, or <see cref="JwtBearer"/>.</summary>
    public string GrantType { get; init; } = "";

    /// <summary>Key that signs the assertion of <see cref="JwtBearer"/>.</summary>
    public Secret? ClientCertificateKey { get; init; }

    public string ClientCertificateKeyId { get; init; } = "";

    public string SignatureAlgorithm { get; init; } = "";

    public string Issuer { get; init; } = "";

    public string Audience { get; init; } = "";

    public IReadOnlyList<KeyValuePair<string, string>> Claims { get; init; } = [];
}
