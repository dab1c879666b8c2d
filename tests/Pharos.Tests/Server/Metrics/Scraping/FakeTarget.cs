using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Findings;
using Pharos.Server.Metrics.Exemplars;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Tests.Server.Metrics.Scraping;

/// <summary>A target without a network: what it answers next is set, and each scrape takes it.</summary>
sealed class FakeTarget : HttpMessageHandler
{
    public const string Text = "text/plain; version=0.0.4";
    public const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    readonly TargetScrape scrape;
    readonly ScrapeServices services;
    byte[] body = [];
    string? contentType;
    HttpStatusCode status;
    string? encoding;

    public FakeTarget(ScrapeConfig config, LabelSet? labels = null)
    {
        services = new(Sink, Exemplars, TimeProvider.System, new(NullLogger.Instance), new(Findings), new());
        var own = labels ?? LabelSet.From(("job", "j"));
        scrape = new(
            new() { DiscoveredLabels = own, Identity = own, Labels = own, Url = new("http://target/metrics"), IntervalMs = 15_000, TimeoutMs = 10_000 },
            Settings(config),
            services);
    }

    public FakeSink Sink { get; } = new();

    public ExemplarRing Exemplars { get; } = new(100);

    public FindingBook Findings { get; } = new(TimeProvider.System);

    public TargetStatus Status => scrape.Status;

    public HttpRequestMessage? LastRequest { get; private set; }

    public void Change(ScrapeConfig config) => scrape.Use(Settings(config));

    /// <summary>Scrapes the text at the time, in ms, and gives what the sink got apart from <c>up</c> and its kin.</summary>
    public async Task<string[]> ScrapeAsync(long timeMs, string text, string? type = Text) => [.. (await ScrapeAllAsync(timeMs, System.Text.Encoding.UTF8.GetBytes(text), type)).Where(sample => !sample.StartsWith("up{", StringComparison.Ordinal))];

    public async Task<string[]> ScrapeAllAsync(long timeMs, byte[] bytes, string? type = Text, HttpStatusCode answer = HttpStatusCode.OK, string? contentEncoding = null)
    {
        (body, contentType, status, encoding) = (bytes, type, answer, contentEncoding);
        await scrape.RunAsync(timeMs, null, TestContext.Current.CancellationToken);
        return Sink.Take();
    }

    public async Task<string[]> EndAsync(long timeMs)
    {
        await scrape.EndAsync(timeMs, TestContext.Current.CancellationToken);
        return Sink.Take();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        LastRequest = request;
        var content = new ByteArrayContent(body);
        if (contentType is not null) content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return Task.FromResult(new HttpResponseMessage(status) { Content = content });
    }

    JobSettings Settings(ScrapeConfig config) => new(config, new(config, new HttpClient(this, disposeHandler: false), services.Bodies));
}
