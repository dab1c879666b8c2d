using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Access;

/// <summary>Turns the TLS settings of web.yml into what a connection needs.</summary>
static class ServerCertificate
{
    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>The server's certificate with its key.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file holds no certificate or key, or they do not belong together.</exception>
    public static X509Certificate2 Load(ServerTlsConfig config) => X509Certificate2.CreateFromPem(PemOf(config), config.Key.Read());

    /// <summary>Certificates of authorities whose clients are let in.</summary>
    public static X509Certificate2Collection LoadClientAuthorities(ServerTlsConfig config)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(config.ClientCa ?? File.ReadAllText(config.ClientCaFile!));
        return authorities;
    }

    public static SslServerAuthenticationOptions CreateOptions(ServerTlsConfig config, bool enableHttp2)
    {
        var leaf = Load(config);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(PemOf(config));
        var mode = config.ClientCertificates;
        var verifies = mode is ClientCertificateMode.VerifyIfGiven or ClientCertificateMode.RequireAndVerify;
        var authorities = verifies ? LoadClientAuthorities(config) : [];
        return new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            ClientCertificateRequired = mode != ClientCertificateMode.None,
            EnabledSslProtocols = Protocols(config),
            CipherSuitesPolicy = config.CipherSuites.Count > 0 && OperatingSystem.IsLinux() ? new(config.CipherSuites.Select(Enum.Parse<TlsCipherSuite>)) : null,
            ApplicationProtocols = enableHttp2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => IsAccepted(mode, certificate as X509Certificate2, authorities, config.ClientAllowedSans),
        };
    }

    static string PemOf(ServerTlsConfig config) => config.Cert ?? File.ReadAllText(config.CertFile!);

    static bool IsAccepted(ClientCertificateMode mode, X509Certificate2? certificate, X509Certificate2Collection authorities, IReadOnlyList<string> allowedSans)
    {
        if (certificate is null) return mode is ClientCertificateMode.None or ClientCertificateMode.Request or ClientCertificateMode.VerifyIfGiven;
        if (mode is not (ClientCertificateMode.VerifyIfGiven or ClientCertificateMode.RequireAndVerify)) return true;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // As Prometheus: no list is fetched for a hand-shake.
        chain.ChainPolicy.ApplicationPolicy.Add(new(ClientAuthentication));
        return chain.Build(certificate) && (allowedSans.Count == 0 || NamesOf(certificate).Any(allowedSans.Contains));
    }

    static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            foreach (var name in extension.EnumerateDnsNames()) yield return name;
            foreach (var address in extension.EnumerateIPAddresses()) yield return address.ToString();
        }
    }

    /// <summary>Old versions only when somebody wrote them: they stay for devices that know no better.</summary>
    static SslProtocols Protocols(ServerTlsConfig config)
    {
        var protocols = SslProtocols.None;
        for (var version = config.MinVersion; version <= config.MaxVersion; version++)
        {
            protocols |= version switch
            {
#pragma warning disable SYSLIB0039, CA5397 // Obsolete versions: asked for by name.
                TlsVersion.Tls10 => SslProtocols.Tls,
                TlsVersion.Tls11 => SslProtocols.Tls11,
#pragma warning restore SYSLIB0039, CA5397
                TlsVersion.Tls12 => SslProtocols.Tls12,
                _ => SslProtocols.Tls13,
            };
        }
        return protocols;
    }
}
