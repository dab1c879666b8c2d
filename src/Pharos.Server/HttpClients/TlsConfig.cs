using Pharos.Server.Config;

namespace Pharos.Server.HttpClients;

/// <summary>TLS versions, oldest first.</summary>
enum TlsVersion
{
    Tls10,
    Tls11,
    Tls12,
    Tls13,
}

/// <summary>The <c>tls_config</c> of a client. Each of CA, certificate and key is given inline or by file, never both.</summary>
sealed record TlsConfig
{
    public static readonly TlsConfig Default = new();

    /// <summary>PEM text or file of the authorities that are trusted instead of the system's.</summary>
    public string? Ca { get; init; }

    public string? CaFile { get; init; }

    public string? Cert { get; init; }

    public string? CertFile { get; init; }

    /// <summary>Present exactly when a certificate is.</summary>
    public Secret? Key { get; init; }

    /// <summary>The name that the server's certificate must bear; null: that of the address.</summary>
    public string? ServerName { get; init; }

    public bool InsecureSkipVerify { get; init; }

    /// <summary>Null: TLS 1.2.</summary>
    public TlsVersion? MinVersion { get; init; }

    public TlsVersion? MaxVersion { get; init; }
}
