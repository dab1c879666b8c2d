using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Config.Http;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Tests.Server.Metrics.Scraping;

/// <summary>Scraping real HTTP servers on the loopback, kind ones and hostile ones.</summary>
public sealed class ScraperTests : IAsyncDisposable
{
    readonly LockedSink sink = new();
    readonly Scraper scraper;

    public ScraperTests() => scraper = new(sink, new(10), TimeProvider.System, NullLoggerFactory.Instance);

    public ValueTask DisposeAsync() => scraper.DisposeAsync();

    [Fact]
    public async Task A_target_is_scraped_at_each_interval_at_even_times()
    {
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("a 1\n"));
        await scraper.ApplyAsync(Jobs(Job("j", server.Address)));

        await UntilAsync(() => sink.Count($"a{{instance=\"{server.Address}\",job=\"j\"}} 1") >= 4);

        var times = sink.Times("a{").ToArray();
        Assert.All(times.Zip(times.Skip(1), (earlier, later) => later - earlier), step => Assert.InRange(step, 150, 450));
        var target = Assert.Single(scraper.Targets().Active);
        Assert.Equal((TargetHealth.Up, $"http://{server.Address}/metrics"), (target.Health, target.ScrapeUrl));
    }

    [Fact]
    public async Task Redirects_are_followed_unless_forbidden()
    {
        await using var server = await LocalServer.StartAsync(context =>
        {
            if (context.Request.Path == "/metrics/") return context.Response.WriteAsync("a 1\n");
            context.Response.Redirect("/metrics/", permanent: true);
            return Task.CompletedTask;
        });
        await scraper.ApplyAsync(Jobs(Job("follows", server.Address), Job("stays", server.Address) with { Http = new() { FollowRedirects = false } }));

        await UntilAllScrapedAsync(2);

        Assert.Equal(["", "server returned HTTP status 301 Moved Permanently"], scraper.Targets().Active.Select(target => target.LastError));
    }

    [Fact]
    public async Task Credentials_go_along_but_not_to_another_host()
    {
        var elsewhere = "";
        await using var other = await LocalServer.StartAsync(context =>
        {
            elsewhere = context.Request.Headers.Authorization.ToString() + context.Request.Headers["X-Secret"];
            return context.Response.WriteAsync("b 1\n");
        });
        var seen = "";
        await using var server = await LocalServer.StartAsync(context =>
        {
            seen = context.Request.Headers.Authorization.ToString() + context.Request.Headers["X-Secret"];
            context.Response.Redirect($"http://{other.Address}/metrics");
            return Task.CompletedTask;
        });
        await scraper.ApplyAsync(Jobs(Job("j", server.Address) with
        {
            Http = new() { BasicAuth = new(Secret.Inline("user"), Secret.Inline("pass")), Headers = [new("X-Secret", [], [Secret.Inline("s")], [])] },
        }));

        await UntilAllScrapedAsync(1);

        Assert.Equal("Basic dXNlcjpwYXNzs", seen);
        Assert.Equal("", elsewhere);
        Assert.Equal("", scraper.Targets().Active[0].LastError);
    }

    [Fact]
    public async Task A_token_is_fetched_once_and_sent()
    {
        var fetches = 0;
        await using var server = await LocalServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/token")
            {
                Interlocked.Increment(ref fetches);
                var form = await context.Request.ReadFormAsync();
                context.Response.StatusCode = form["grant_type"] == "client_credentials" && form["scope"] == "a b" && context.Request.Headers.Authorization == "Basic aWQ6c2VjcmV0" ? 200 : 400;
                await context.Response.WriteAsync("{\"access_token\":\"T\",\"expires_in\":3600,\"token_type\":\"bearer\"}");
                return;
            }
            context.Response.StatusCode = context.Request.Headers.Authorization == "Bearer T" ? 200 : 401;
            await context.Response.WriteAsync("a 1\n");
        });
        await scraper.ApplyAsync(Jobs(Job("j", server.Address) with
        {
            Http = new() { OAuth2 = new() { ClientId = "id", ClientSecret = Secret.Inline("secret"), TokenUrl = $"http://{server.Address}/token", Scopes = ["a", "b"] } },
        }));

        await UntilAsync(() => sink.Count("a{") >= 2);

        Assert.Equal(1, fetches);
    }

    [Fact]
    public async Task Certificates_are_checked_as_configured()
    {
        using var authority = Certificate("CN=ca", null);
        using var certificate = Certificate("CN=server", authority, "target.test");
        using var client = Certificate("CN=client", authority);
        var clients = new List<string?>();
        await using var server = await LocalServer.StartAsync(
            async context =>
            {
                lock (clients) clients.Add(context.Connection.ClientCertificate?.Subject);
                await context.Response.WriteAsync("a 1\n");
            },
            certificate,
            asksForClientCertificate: true);
        var tls = new TlsConfig
        {
            Ca = authority.ExportCertificatePem(),
            Cert = client.ExportCertificatePem(),
            Key = Secret.Inline(client.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem()),
            ServerName = "target.test",
        };
        await scraper.ApplyAsync(Jobs(
            Tls("trusted", tls),
            Tls("wrong-name", tls with { ServerName = "other.test" }),
            Tls("unknown-authority", tls with { Ca = null }),
            Tls("unchecked", tls with { Ca = null, InsecureSkipVerify = true })));

        await UntilAllScrapedAsync(4);

        var errors = scraper.Targets().Active.ToDictionary(target => target.Pool, target => target.LastError);
        Assert.True(errors["trusted"].Length == 0, errors["trusted"]);
        Assert.Equal("", errors["unchecked"]);
        Assert.Contains("certificate", errors["wrong-name"], StringComparison.Ordinal);
        Assert.Contains("certificate", errors["unknown-authority"], StringComparison.Ordinal);
        Assert.Contains("CN=client", clients);

        ScrapeConfig Tls(string job, TlsConfig config) => Job(job, server.Address) with { Scheme = "https", Interval = TimeSpan.FromSeconds(2), Timeout = TimeSpan.FromSeconds(2), Http = new() { Tls = config } };
    }

    [Fact]
    public async Task Hostile_targets_hurt_no_other()
    {
        await using var good = await LocalServer.StartAsync(context => context.Response.WriteAsync("good 1\n"));
        await using var hostile = await LocalServer.StartAsync(AnswerHostilely);
        string[] kinds = ["held", "drip", "endless", "garbage", "labels"];
        await scraper.ApplyAsync(Jobs([
            Job("good", good.Address),
            .. kinds.Select(kind => Job(kind, hostile.Address) with { MetricsPath = "/" + kind, Limits = new() { BodySizeBytes = 20_000_000 } }),
        ]));

        await UntilAllScrapedAsync(6);
        await UntilAsync(() => sink.Count("good{") >= 6);

        var errors = scraper.Targets().Active.ToDictionary(target => target.Pool, target => target.LastError);
        Assert.Equal("", errors["good"]);
        Assert.Equal("no whole answer within the scrape timeout of 0.2 s", errors["held"]);
        Assert.Equal("no whole answer within the scrape timeout of 0.2 s", errors["drip"]);
        Assert.Contains(errors["endless"], (string[])["body_size_limit exceeded (limit: 20000000 bytes)", "no whole answer within the scrape timeout of 0.2 s"]);
        Assert.Equal("line 1, column 1: found the byte 0x00, expected a metric name, \"{\" or \"#\"", errors["garbage"]);
        Assert.Equal("line 1, column 1: the series has more than 1000 labels", errors["labels"]);
        Assert.Equal(0, sink.Count("bad"));
    }

    [Fact]
    public async Task A_reload_leaves_unchanged_targets_alone_and_ends_removed_ones()
    {
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("a 1\n"));
        await scraper.ApplyAsync(Jobs(Job("stays", server.Address), Job("goes", server.Address)));
        await UntilAllScrapedAsync(2);

        await scraper.ApplyAsync(Jobs(Job("stays", server.Address)));

        var kept = Assert.Single(scraper.Targets().Active);
        Assert.Equal(("stays", TargetHealth.Up), (kept.Pool, kept.Health));
        await UntilAsync(() => sink.Count($"a{{instance=\"{server.Address}\",job=\"goes\"}} stale") == 1);
        Assert.Equal(0, sink.Count($"a{{instance=\"{server.Address}\",job=\"stays\"}} stale"));
    }

    [Fact]
    public async Task A_changed_job_goes_on_with_the_same_targets()
    {
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("a{x=\"1\"} 1\n"));
        await scraper.ApplyAsync(Jobs(Job("j", server.Address)));
        await UntilAllScrapedAsync(1);

        await scraper.ApplyAsync(Jobs(Job("j", server.Address) with { MetricRelabelConfigs = [new() { Action = Pharos.Server.Discovery.RelabelAction.LabelDrop, Regex = Pharos.Model.Text.Re2.CompileAnchored("x") }] }));

        await UntilAsync(() => sink.Count($"a{{instance=\"{server.Address}\",job=\"j\"}} 1") > 0);
        Assert.Equal(1, sink.Count($"a{{instance=\"{server.Address}\",job=\"j\",x=\"1\"}} stale"));
    }

    [Fact]
    public async Task Too_many_targets_are_not_asked_at_all()
    {
        var asked = 0;
        await using var server = await LocalServer.StartAsync(context =>
        {
            Interlocked.Increment(ref asked);
            return context.Response.WriteAsync("a 1\n");
        });
        await scraper.ApplyAsync(Jobs(Job("j", server.Address, server.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)) with { Limits = new() { Targets = 1 } }));

        await UntilAllScrapedAsync(2);

        Assert.All(scraper.Targets().Active, target => Assert.Equal("target_limit exceeded (number of targets: 2, limit: 1)", target.LastError));
        Assert.Equal(0, asked);
    }

    static async Task AnswerHostilely(HttpContext context)
    {
        var gone = context.RequestAborted;
        switch (context.Request.Path.Value)
        {
            case "/held":
                await Task.Delay(Timeout.Infinite, gone);
                break;
            case "/drip":
                while (true)
                {
                    await context.Response.WriteAsync("bad 1\n", gone);
                    await context.Response.Body.FlushAsync(gone);
                    await Task.Delay(20, gone);
                }
            case "/endless":
                var chunk = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("bad 1\n", 10_000)));
                while (true) await context.Response.Body.WriteAsync(chunk, gone);
            case "/garbage":
                await context.Response.Body.WriteAsync(new byte[100_000], gone);
                break;
            default:
                await context.Response.WriteAsync("bad{" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"l{i}=\"x\",")) + "} 1\n", gone);
                break;
        }
    }

    static ScrapeConfig Job(string name, params string[] addresses) => new()
    {
        JobName = name,
        Interval = TimeSpan.FromMilliseconds(300),
        Timeout = TimeSpan.FromMilliseconds(200),
        Discovery = new() { Static = [new(addresses, LabelSet.Empty)] },
    };

    static PrometheusConfig Jobs(params ScrapeConfig[] jobs) => new() { ScrapeConfigs = jobs };

    static X509Certificate2 Certificate(string subject, X509Certificate2? issuer, string? host = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }
        var from = DateTimeOffset.UtcNow.AddDays(-1);
        if (issuer is null) return request.CreateSelfSigned(from, from.AddDays(30));
        using var signed = request.Create(issuer, from, from.AddDays(20), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    Task UntilAllScrapedAsync(int targets) =>
        UntilAsync(() => scraper.Targets().Active is var active && active.Count == targets && active.All(target => target.Health != TargetHealth.Unknown));

    static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 400; i++)
        {
            if (condition()) return;
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
        Assert.Fail("it did not happen within 10 s");
    }

    /// <summary>The fake sink, shared by many targets.</summary>
    sealed class LockedSink : Pharos.Model.Writing.ISeriesSink
    {
        readonly FakeSink inner = new();

        public int Count(string prefix)
        {
            lock (inner) return inner.Samples.Count(sample => sample.StartsWith(prefix, StringComparison.Ordinal));
        }

        public IEnumerable<long> Times(string prefix)
        {
            lock (inner) return [.. inner.Samples.Where(sample => sample.StartsWith(prefix, StringComparison.Ordinal)).Select(sample => long.Parse(sample[(sample.LastIndexOf('@') + 1)..], System.Globalization.CultureInfo.InvariantCulture))];
        }

        public UInt128 HashRaw(ReadOnlySpan<byte> raw) => 0;

        public bool TryFind(UInt128 rawKey, out Pharos.Model.Writing.SeriesHandle handle)
        {
            lock (inner) return inner.TryFind(rawKey, out handle);
        }

        public bool TryCreate(UInt128 rawKey, Pharos.Model.Writing.LabelSetBuilder sortedLabels, out Pharos.Model.Writing.SeriesHandle handle, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason)
        {
            lock (inner) return inner.TryCreate(rawKey, sortedLabels, out handle, out reason);
        }

        public Pharos.Model.Writing.AppendOutcome Append(Pharos.Model.Writing.SampleBatch batch)
        {
            lock (inner) return inner.Append(batch);
        }

        public ValueTask FlushAsync(CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
