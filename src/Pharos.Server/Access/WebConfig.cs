using Pharos.Server.Config;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Access;

/// <summary>Which certificate a client must show.</summary>
enum ClientCertificateMode
{
    None,
    Request,
    RequireAny,
    VerifyIfGiven,
    RequireAndVerify,
}

/// <summary>What web.yml says: TLS, logins and headers of the server's own doors.</summary>
sealed record WebConfig : ISettings<WebConfig>
{
    /// <summary>No TLS and no login.</summary>
    public static WebConfig Default { get; } = new();

    /// <summary>Null: plain HTTP.</summary>
    public ServerTlsConfig? Tls { get; init; }

    public bool EnableHttp2 { get; init; } = true;

    /// <summary>Headers of every answer.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>bcrypt hashes by user name; empty: no login.</summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>TLS of the server; certificate and key are PEM, inline or by file.</summary>
sealed record ServerTlsConfig
{
    public string? Cert { get; init; }

    public string? CertFile { get; init; }

    public required Secret Key { get; init; }

    public ClientCertificateMode ClientCertificates { get; init; }

    public string? ClientCa { get; init; }

    public string? ClientCaFile { get; init; }

    /// <summary>Empty: any verified client; else one of these names must be in its certificate.</summary>
    public IReadOnlyList<string> ClientAllowedSans { get; init; } = [];

    public TlsVersion MinVersion { get; init; } = TlsVersion.Tls12;

    public TlsVersion MaxVersion { get; init; } = TlsVersion.Tls13;

    /// <summary>Names of TLS 1.2 suites as IANA writes them; empty: the runtime's choice.</summary>
    public IReadOnlyList<string> CipherSuites { get; init; } = [];
}
