using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pharos.Server.Access;
using Pharos.Server.Config;
using Pharos.Tests.Server.Config;

namespace Pharos.Tests.Server.Access;

public sealed class WebConfigReaderTests : IDisposable
{
    readonly ConfigFolder folder = new();

    public void Dispose() => folder.Dispose();

    (WebConfig Config, string[] Faults) Read(string yaml)
    {
        var source = folder.Source();
        var config = ConfigFolder.Read(source, ConfigFile.Web, folder.Write("web.yml", yaml)).Configuration.Of<WebConfig>();
        return (config, folder.Shorten(source));
    }

    void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        folder.Write("cert.pem", certificate.ExportCertificatePem());
        folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    [Fact]
    public async Task A_whole_file_is_read()
    {
        WriteCertificate();

        var (config, faults) = Read("""
            tls_server_config:
              cert_file: cert.pem
              key_file: key.pem
              client_auth_type: RequireAndVerifyClientCert
              client_ca_file: cert.pem
              client_allowed_sans: [a]
              min_version: TLS13
            http_server_config:
              http2: false
              headers: {X-Frame-Options: deny}
            basic_auth_users:
              me: $2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e
            """);

        Assert.Empty(faults);
        Assert.Equal(ClientCertificateMode.RequireAndVerify, config.Tls!.ClientCertificates);
        Assert.False(config.EnableHttp2);
        Assert.Equal("me", Assert.Single(config.Users).Key);
        await using var access = new WebAccess(config, RolesConfig.Default);
        Assert.True(access.TlsOptions.ClientCertificateRequired);
    }

    [Theory]
    [InlineData("tls_server_config: {key_file: k}", "cert_file: is missing; write the file of the server's certificate")]
    [InlineData("tls_server_config: {cert_file: c}", "key_file: is missing; write the file of the certificate's key")]
    [InlineData("tls_server_config: {cert_file: absent.pem, key_file: absent.pem}", "cert_file: cannot be used: ")]
    [InlineData("tls_server_config: {cert_file: web.yml, key_file: web.yml}", "cert_file: cannot be used: ")]
    [InlineData("tls_server_config: {cert_file: c, key_file: k, client_auth_type: RequireAndVerifyClientCert}", "client_ca_file: is missing")]
    [InlineData("tls_server_config: {cert_file: c, key_file: k, client_ca_file: x}", "asks for no certificate")]
    [InlineData("tls_server_config: {cert_file: c, key_file: k, cipher_suites: [NOPE]}", "cipher_suites: \"NOPE\" is not known")]
    [InlineData("tls_server_config: {cert_file: c, key_file: k, min_version: TLS13, max_version: TLS12}", "is below min_version")]
    [InlineData("basic_auth_users: {me: secret}", "the password of \"me\" is no bcrypt hash")]
    [InlineData("http_server_config: {headers: {X-Mine: a}}", "headers: \"X-Mine\" cannot be set here")]
    [InlineData("http_server_config: {headers: {X-Frame-Options: \"a\\nSet-Cookie: b\"}}", "has a line break")]
    [InlineData("basic_auth_user: {}", "unknown key \"basic_auth_user\"; did you mean \"basic_auth_users\"?")]
    [InlineData("[1]", "a list is no mapping")]
    public void A_fault_is_told(string yaml, string expected)
    {
        var (_, faults) = Read(yaml);

        Assert.Contains(expected, Assert.Single(faults));
    }

    [Fact]
    public void Neither_hash_nor_key_is_ever_printed()
    {
        var (config, _) = Read("basic_auth_users: {me: secret}\n");

        Assert.DoesNotContain("secret", config.ToString());
    }
}
