using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Serving;

public sealed class AccessTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authorityKey.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_login_and_a_certificate_are_asked_for()
    {
        using var authority = MakeAuthority();
        using var client = MakeLeaf(authority, "client", "1.3.6.1.5.5.7.3.2");
        using var server = MakeLeaf(authority, "localhost", "1.3.6.1.5.5.7.3.1");
        folder.Write("ca.pem", authority.ExportCertificatePem());
        folder.Write("cert.pem", server.ExportCertificatePem());
        folder.Write("key.pem", server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        folder.Write("web.yml", """
            tls_server_config: {cert_file: cert.pem, key_file: key.pem, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem}
            http_server_config: {headers: {X-Frame-Options: deny}}
            basic_auth_users: {me: $2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e}
            """);
        var address = $"127.0.0.1:{PharosProcess.FreePort()}";
        await using var pharos = await PharosProcess.StartAsync(new($"https://{address}/"), folder.Path, ["serve", ".", "--listen", address, "--data", folder.Data], Handler(client));

        Assert.Equal(HttpStatusCode.Unauthorized, (await pharos.Client.GetAsync("-/healthy", Cancellation)).StatusCode);
        pharos.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("me:correct horse")));
        var answer = await pharos.Client.SendAsync(new(HttpMethod.Get, "-/healthy") { Version = HttpVersion.Version20 }, Cancellation);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        Assert.Equal("deny", answer.Headers.GetValues("X-Frame-Options").Single());

        using var stranger = new HttpClient(Handler(null)) { BaseAddress = pharos.Url };
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync("-/healthy", Cancellation));
    }

    [Fact]
    public async Task A_certificate_has_its_role_and_the_login_beside_it_gives_no_more()
    {
        using var authority = MakeAuthority();
        using var client = MakeLeaf(authority, "box", "1.3.6.1.5.5.7.3.2");
        using var server = MakeLeaf(authority, "localhost", "1.3.6.1.5.5.7.3.1");
        folder.Write("ca.pem", authority.ExportCertificatePem());
        folder.Write("cert.pem", server.ExportCertificatePem());
        folder.Write("key.pem", server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        folder.Write("web.yml", """
            tls_server_config: {cert_file: cert.pem, key_file: key.pem, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem}
            basic_auth_users: {me: $2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e}
            """);
        folder.Write("pharos.yml", "access: {users: {me: operator}, certificates: {'CN = Box': viewer}}");
        var address = $"127.0.0.1:{PharosProcess.FreePort()}";
        await using var pharos = await PharosProcess.StartAsync(new($"https://{address}/"), folder.Path, ["serve", ".", "--listen", address, "--data", folder.Data], Handler(client));
        pharos.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("me:correct horse")));

        Assert.Equal(HttpStatusCode.OK, (await pharos.Client.GetAsync("api/v1/query?query=1", Cancellation)).StatusCode);
        using var answer = await pharos.Client.PostAsync("api/v1/alerting/drills/hold", content: null, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("\\\"me\\\" has the role operator and viewer, which lacks the right", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    static HttpClientHandler Handler(X509Certificate2? certificate)
    {
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        if (certificate is not null) handler.ClientCertificates.Add(certificate);
        return handler;
    }

    X509Certificate2 MakeAuthority()
    {
        var request = new CertificateRequest("CN=authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    static X509Certificate2 MakeLeaf(X509Certificate2 authority, string name, string usage)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(usage)], false));
        using var signed = request.Create(authority, new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2098, 1, 1, 0, 0, 0, TimeSpan.Zero), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
