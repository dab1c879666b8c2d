using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Pharos.Tests.Server.Config;
using Pharos.Tests.Server.Metrics.Api;
using Pharos.Tests.Server.Metrics.RemoteWrite;

namespace Pharos.Tests.Server.Hosting.Loading;

/// <summary>A reload of the whole server is all or nothing, and disturbs nobody.</summary>
public sealed class WholeReloadTests : IDisposable
{
    readonly ConfigFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_one_room_refuses_no_other_takes()
    {
        var web = folder.Write("web.yml", "");
        WriteCertificate();
        await using var server = await RunningServer.StartAsync(options => options with { WebConfigFile = web }, Of("one"));

        folder.Write("web.yml", "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n");
        var (status, text) = await server.ReloadAsync(Of("two"));

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Equal("failed to reload config; the old one goes on:\nweb.yml: TLS cannot be switched on or off while the ports are open; restart\n", text);
        Assert.Equal(("one", "one"), await InForceAsync(server));

        folder.Write("web.yml", "");
        Assert.Equal(HttpStatusCode.OK, (await server.ReloadAsync(Of("two"))).Status);
        Assert.Equal(("two", "two"), await InForceAsync(server));
    }

    [Fact]
    public async Task Pushes_and_queries_go_on_while_it_reloads()
    {
        await using var server = await RunningServer.StartAsync(config: Of("one"));
        using var over = new CancellationTokenSource();
        var pushing = RepeatAsync(over.Token, async turn =>
        {
            using var answer = await server.PushAsync(SomeRequest.V1(("__name__=pushed job=j", [(1_700_000_000_000 + turn, 1)])));
            return answer.StatusCode == HttpStatusCode.NoContent;
        });
        var asking = RepeatAsync(over.Token, async _ => (await server.GetAsync("/api/v1/query?query=vector(1)")).Status == 200);

        for (var turn = 0; turn < 10; turn++) Assert.Equal(HttpStatusCode.OK, (await server.ReloadAsync(Of(turn % 2 == 0 ? "two" : "one"))).Status);

        await over.CancelAsync();
        Assert.Equal((0, 0), (await pushing, await asking));
        Assert.Equal(("one", "one"), await InForceAsync(server));
    }

    /// <summary>A configuration whose job and group of rules bear this name.</summary>
    string Of(string name)
    {
        var rules = folder.Write($"{name}.yml", $"groups: [{{name: {name}, rules: [{{record: r, expr: vector(1)}}]}}]\n");
        return $"rule_files: ['{rules}']\nscrape_configs: [{{job_name: {name}, static_configs: [{{targets: ['127.0.0.1:1']}}]}}]\n";
    }

    static async Task<(string? Job, string? Group)> InForceAsync(RunningServer server)
    {
        var (_, pools) = await server.GetAsync("/api/v1/scrape_pools");
        var (_, rules) = await server.GetAsync("/api/v1/rules");
        return (
            pools.GetProperty("data").GetProperty("scrapePools").EnumerateArray().Single().GetString(),
            rules.GetProperty("data").GetProperty("groups").EnumerateArray().Single().GetProperty("name").GetString());
    }

    /// <summary>Again and again until the end; at least once.</summary>
    /// <returns>How often it went wrong.</returns>
    static Task<int> RepeatAsync(CancellationToken over, Func<int, Task<bool>> act) => Task.Run(
        async () =>
        {
            var failures = 0;
            for (var turn = 0; turn == 0 || !over.IsCancellationRequested; turn++)
            {
                if (!await act(turn)) failures++;
            }
            return failures;
        },
        CancellationToken.None);

    void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        folder.Write("cert.pem", certificate.ExportCertificatePem());
        folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
    }
}
