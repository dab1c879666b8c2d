using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Config;
using Pharos.Server.HttpClients;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Rooms;
using Pharos.Tests.Server.Rooms;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Metrics.Scraping;

/// <summary>Scraping real HTTP servers on the loopback, kind ones and hostile ones.</summary>
/// <remarks>The clock of intervals and timeouts moves only when a test moves it: a slow machine ends no scrape that its test wants to succeed.</remarks>
public sealed class ScraperTests : IAsyncDisposable
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    static readonly TimeSpan Timeout = Interval - TimeSpan.FromMilliseconds(1); // Never due at the moment at which a target waits for its next time.

    readonly ManualTime time = new(startMs: 1_700_000_000_000);
    readonly LockedSink sink = new();
    readonly Scraper scraper;
    IReadOnlyList<long> timesInHour = [];

    public ScraperTests() => scraper = new(sink, new(10), new(time), new(), time, NullLoggerFactory.Instance);

    public ValueTask DisposeAsync() => scraper.DisposeAsync();

    [Fact]
    public async Task A_target_is_scraped_at_each_interval_at_even_times()
    {
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("a 1\n"));
        await TakeAsync(scraper, Jobs(Job("j", server.Address)));

        for (var scrape = 0; scrape < 4; scrape++) await ScrapeAllAsync(1);

        var times = sink.Times($"a{{instance=\"{server.Address}\",job=\"j\"}} 1").ToArray();
        var hour = (long)Interval.TotalMilliseconds;
        Assert.Equal([times[0], times[0] + hour, times[0] + 2 * hour, times[0] + 3 * hour], times);
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
        await TakeAsync(scraper, Jobs(Job("follows", server.Address), Job("stays", server.Address) with { Http = new() { FollowRedirects = false } }));

        await ScrapeAllAsync(2);

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
        await TakeAsync(scraper, Jobs(Job("j", server.Address) with
        {
            Http = new() { BasicAuth = new(Secret.Inline("user"), Secret.Inline("pass")), Headers = [new("X-Secret", [], [Secret.Inline("s")], [])] },
        }));

        await ScrapeAllAsync(1);

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
                await context.Response.WriteAsync("{\"access_token\":\"T\",\"expires_in\":86400,\"token_type\":\"bearer\"}");
                return;
            }
            context.Response.StatusCode = context.Request.Headers.Authorization == "Bearer T" ? 200 : 401;
            await context.Response.WriteAsync("a 1\n");
        });
        await TakeAsync(scraper, Jobs(Job("j", server.Address) with
        {
            Http = new() { OAuth2 = new() { ClientId = "id", ClientSecret = Secret.Inline("secret"), TokenUrl = $"http://{server.Address}/token", Scopes = ["a", "b"] } },
        }));

        await ScrapeAllAsync(1);
        await ScrapeAllAsync(1);

        Assert.Equal(2, sink.Count("a{"));
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
        await TakeAsync(scraper, Jobs(
            Tls("trusted", tls),
            Tls("wrong-name", tls with { ServerName = "other.test" }),
            Tls("unknown-authority", tls with { Ca = null }),
            Tls("unchecked", tls with { Ca = null, InsecureSkipVerify = true })));

        await ScrapeAllAsync(4);

        var errors = scraper.Targets().Active.ToDictionary(target => target.Pool, target => target.LastError);
        Assert.True(errors["trusted"].Length == 0, errors["trusted"]);
        Assert.Equal("", errors["unchecked"]);
        Assert.Contains("certificate", errors["wrong-name"], StringComparison.Ordinal);
        Assert.Contains("certificate", errors["unknown-authority"], StringComparison.Ordinal);
        Assert.Contains("CN=client", clients);

        ScrapeConfig Tls(string job, TlsConfig config) => Job(job, server.Address) with { Scheme = "https", Http = new() { Tls = config } };
    }

    [Fact]
    public async Task Hostile_targets_hurt_no_other()
    {
        await using var good = await LocalServer.StartAsync(context => context.Response.WriteAsync("good 1\n"));
        await using var hostile = await LocalServer.StartAsync(AnswerHostilely);
        var neverEnding = ((string[])["held", "drip"]).Select(kind => Job(kind, hostile.Address) with { MetricsPath = "/" + kind, Interval = 20 * Day, Timeout = 20 * Day }).ToArray();
        var ending = ((string[])["endless", "garbage", "labels"]).Select(kind => Job(kind, hostile.Address) with { MetricsPath = "/" + kind, Limits = new() { BodySizeBytes = 20_000_000 } });

        await TakeAsync(scraper, Jobs(neverEnding));
        for (var hanging = 0; hanging < 2; hanging++)
        {
            await Eventually.HoldsAsync(() => time.DueMs.Count == 2, "each waits for its first time or for the end of its timeout");
            time.Advance(TimeSpan.FromMilliseconds(time.DueMs[0] - time.NowMs));
        }
        await TakeAsync(scraper, Jobs([.. neverEnding, Job("good", good.Address), .. ending]));
        for (var scrape = 0; scrape < 3; scrape++) await ScrapeAllAsync(4);

        Assert.Equal((3, 0), (sink.Count("good{"), sink.Count("bad")));
        Assert.Equal((TargetHealth.Up, ""), Seen("good"));
        Assert.Equal((TargetHealth.Down, "body_size_limit exceeded (limit: 20000000 bytes)"), Seen("endless"));
        Assert.Equal((TargetHealth.Down, "line 1, column 1: found the byte 0x00, expected a metric name, \"{\" or \"#\""), Seen("garbage"));
        Assert.Equal((TargetHealth.Down, "line 1, column 1: the series has more than 1000 labels"), Seen("labels"));
        Assert.All(neverEnding, job => Assert.Equal((TargetHealth.Unknown, ""), Seen(job.JobName)));

        await TakeAsync(scraper, Jobs(neverEnding)); // Twenty days of hourly scrapes would be many.
        time.Advance(20 * Day);
        await Eventually.HoldsAsync(() => neverEnding.All(job => Seen(job.JobName).Health == TargetHealth.Down), "the timeout ends the others");
        Assert.All(neverEnding, job => Assert.Equal("no whole answer within the scrape timeout of 1728000 s", Seen(job.JobName).Error));

        (TargetHealth Health, string Error) Seen(string job) => scraper.Targets().Active.Where(target => target.Pool == job).Select(target => (target.Health, target.LastError)).Single();
    }

    [Fact]
    public async Task A_reload_leaves_unchanged_targets_alone_and_ends_removed_ones()
    {
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("a 1\n"));
        await TakeAsync(scraper, Jobs(Job("stays", server.Address), Job("goes", server.Address)));
        await ScrapeAllAsync(2);

        await TakeAsync(scraper, Jobs(Job("stays", server.Address)));

        var kept = Assert.Single(scraper.Targets().Active);
        Assert.Equal(("stays", TargetHealth.Up), (kept.Pool, kept.Health));
        timesInHour = [];
        for (var scrape = 0; scrape < 3; scrape++) await ScrapeAllAsync(1);
        await Eventually.HoldsAsync(() => sink.Count($"a{{instance=\"{server.Address}\",job=\"goes\"}} stale") == 1, "the series of the removed job end");
        Assert.Equal(0, sink.Count($"a{{instance=\"{server.Address}\",job=\"stays\"}} stale"));
    }

    [Fact]
    public async Task A_changed_job_goes_on_with_the_same_targets()
    {
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("a{x=\"1\"} 1\n"));
        await TakeAsync(scraper, Jobs(Job("j", server.Address)));
        await ScrapeAllAsync(1);

        await TakeAsync(scraper, Jobs(Job("j", server.Address) with { MetricRelabelConfigs = [new() { Action = Pharos.Server.Discovery.RelabelAction.LabelDrop, Regex = Re2.CompileAnchored("x") }] }));

        await ScrapeAllAsync(1);

        Assert.Equal(1, sink.Count($"a{{instance=\"{server.Address}\",job=\"j\"}} 1"));
        Assert.Equal(1, sink.Count($"a{{instance=\"{server.Address}\",job=\"j\",x=\"1\"}} stale"));
    }

    [Fact]
    public async Task What_is_made_ready_and_not_taken_changes_no_job_and_asks_nobody()
    {
        var asked = 0;
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("a 1\n"));
        await using var elsewhere = await LocalServer.StartAsync(context =>
        {
            Interlocked.Increment(ref asked);
            return context.Response.WriteAsync("b 1\n");
        });
        await TakeAsync(scraper, Jobs(Job("j", server.Address)));

        await using (var preparation = new Preparation()) scraper.Prepare(Jobs(Job("j", elsewhere.Address), Job("new", elsewhere.Address)), preparation);
        await ScrapeAllAsync(1);

        var kept = Assert.Single(scraper.Targets().Active);
        Assert.Equal(("j", TargetHealth.Up, true), (kept.Pool, kept.Health, kept.ScrapeUrl.Contains(server.Address, StringComparison.Ordinal)));
        Assert.Equal(0, asked);
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
        await TakeAsync(scraper, Jobs(Job("j", server.Address, server.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)) with { Limits = new() { Targets = 1 } }));

        await ScrapeAllAsync(2);

        Assert.All(scraper.Targets().Active, target => Assert.Equal("target_limit exceeded (number of targets: 2, limit: 1)", target.LastError));
        Assert.Equal(0, asked);
    }

    static async Task AnswerHostilely(HttpContext context)
    {
        var gone = context.RequestAborted;
        switch (context.Request.Path.Value)
        {
            case "/held":
                await Task.Delay(System.Threading.Timeout.Infinite, gone);
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
        Interval = Interval,
        Timeout = Timeout,
        Discovery = new() { Static = [new(addresses, LabelSet.Empty)] },
    };

    static ScrapingConfig Jobs(params ScrapeConfig[] jobs) => new() { Jobs = jobs };

    static Task TakeAsync(Scraper scraper, ScrapingConfig config) => Taking.TakeAsync(preparation => scraper.Prepare(config, preparation));

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

    /// <summary>Moves the clock on by an interval, in which each target is scraped once, and returns when all these scrapes have ended.</summary>
    async Task ScrapeAllAsync(int targets)
    {
        var hour = (long)Interval.TotalMilliseconds;
        if (timesInHour.Count == 0)
        {
            await Eventually.HoldsAsync(() => DueWithinAnHour().Count() == targets, "all targets wait for their first time");
            timesInHour = [.. DueWithinAnHour().Select(dueMs => dueMs % hour)];
        }
        await Eventually.HoldsAsync(AllWait, "no scrape is under way");
        time.Advance(Interval);
        await Eventually.HoldsAsync(AllWait, "all scrapes have ended");

        IEnumerable<long> DueWithinAnHour() => time.DueMs.Where(dueMs => dueMs <= time.NowMs + hour);
        bool AllWait() => timesInHour.All(time.DueMs.Select(dueMs => dueMs % hour).Contains);
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
