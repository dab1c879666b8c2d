using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pharos.Server.Config;

namespace Pharos.Server.HttpClients;

/// <summary>Certificates of one client: the authorities it trusts and the certificate it shows. Files are read again when they change.</summary>
/// <remarks>Errors: what cannot be read fails the connection with <see cref="SecretUnavailableException"/>. Threads: safe for all.</remarks>
sealed class TlsCredentials(TlsConfig config)
{
    readonly Lock gate = new();
    X509Certificate2Collection? authorities;
    X509Certificate2? client;
    DateTime authoritiesWritten;
    DateTime clientWritten;

    public bool HasClientCertificate => config.Cert is not null || config.CertFile is not null;

    public bool AcceptsServer(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (config.InsecureSkipVerify) return true;
        if (certificate is null) return false;
        if (config.Ca is null && config.CaFile is null) return errors == SslPolicyErrors.None;
        // The system does not know the authority, so only the name's verdict is taken over and the chain is built anew.
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.CustomTrustStore.AddRange(Authorities());
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) own.ChainPolicy.ExtraStore.Add(element.Certificate);
        return own.Build(certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }

    public X509Certificate SelectClient(object sender, string host, X509CertificateCollection local, X509Certificate? remote, string[] issuers) => Client();

    X509Certificate2Collection Authorities()
    {
        lock (gate)
        {
            var written = WrittenAt(config.CaFile);
            if (authorities is not null && written == authoritiesWritten) return authorities;
            var read = new X509Certificate2Collection();
            read.ImportFromPem(config.Ca ?? ReadText(config.CaFile!));
            authoritiesWritten = written;
            return authorities = read;
        }
    }

    X509Certificate2 Client()
    {
        lock (gate)
        {
            var written = WrittenAt(config.CertFile);
            if (client is not null && written == clientWritten) return client;
            try
            {
                client = X509Certificate2.CreateFromPem(config.Cert ?? ReadText(config.CertFile!), config.Key!.Read());
            }
            catch (CryptographicException error)
            {
                throw new SecretUnavailableException($"cannot use the client certificate{(config.CertFile is null ? "" : " in " + config.CertFile)}: {error.Message}");
            }
            clientWritten = written;
            return client;
        }
    }

    static DateTime WrittenAt(string? path) => path is null ? default : File.GetLastWriteTimeUtc(path);

    static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SecretUnavailableException($"cannot read the certificate {path}: {error.Message}");
        }
    }
}
