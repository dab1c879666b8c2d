using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Pharos.EndToEnd.Answers;

/// <summary>A target that shows each scraper the same samples with the same times, however their scrapes fall: each sample is shown until every
/// scraper has been given it twice, so that a scrape that fails loses nothing.</summary>
/// <remarks>Times lie ahead of the clock: a Prometheus writes on only what is newer than its own start. Ten minutes ahead is its bound.</remarks>
sealed class FixedTarget : IAsyncDisposable
{
    public const int Samples = 60;
    public const long StepMs = 5_000;

    const int BeforeTheFirst = -1;

    readonly WebApplication app;
    readonly int scrapers;
    readonly Lock gate = new();
    readonly Dictionary<string, int> timesGiven = new(StringComparer.Ordinal);
    int shown = BeforeTheFirst;

    FixedTarget(WebApplication app, int scrapers) => (this.app, this.scrapers) = (app, scrapers);

    /// <summary>Time of the first sample, on a whole step.</summary>
    public long StartMs { get; private set; }

    public long EndMs => StartMs + (Samples - 1) * StepMs;

    public string Address => new Uri(app.Urls.First()).Authority;

    /// <param name="scrapers">How many ask, each with a User-Agent of its own.</param>
    public static async Task<FixedTarget> StartAsync(int scrapers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var target = new FixedTarget(app, scrapers);
        app.MapGet("/metrics", target.Show);
        await app.StartAsync();
        return target;
    }

    /// <summary>Shows the first sample from now on; before, there is none.</summary>
    public void Begin()
    {
        StartMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / StepMs * StepMs + 6 * StepMs;
        lock (gate) shown = 0;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    IResult Show(HttpContext context)
    {
        int index;
        lock (gate) index = shown;
        var scraper = context.Request.Headers.UserAgent.ToString();
        context.Response.OnCompleted(() =>
        {
            if (!context.RequestAborted.IsCancellationRequested) Given(index, scraper);
            return Task.CompletedTask;
        });
        return Results.Text(index == BeforeTheFirst ? "before_the_first 1\n" : Text(index), "text/plain; version=0.0.4");
    }

    void Given(int index, string scraper)
    {
        lock (gate)
        {
            if (index != shown || index is BeforeTheFirst or Samples - 1) return;
            timesGiven[scraper] = timesGiven.GetValueOrDefault(scraper) + 1;
            if (timesGiven.Count < scrapers || timesGiven.Values.Any(times => times < 2)) return;
            timesGiven.Clear();
            shown++;
        }
    }

    string Text(int index)
    {
        var text = new StringBuilder();
        var timeMs = StartMs + index * StepMs;
        text.Append("# TYPE requests_total counter\n");
        foreach (var (path, status, weight) in new[] { ("/", "200", 7.0), ("/", "500", 0.25), ("/orders", "200", 3.5), ("/orders", "404", 1.0 / 3) })
        {
            var sinceRestart = path == "/orders" && index >= 33 ? index - 32 : index + 1; // One of them restarts in between.
            Line($"requests_total{{path=\"{path}\",status=\"{status}\"}}", weight * sinceRestart * sinceRestart);
        }
        text.Append("# TYPE temperature gauge\n");
        for (var room = 0; room < 5; room++)
        {
            if (room == 3 && index % 10 > 6) continue; // A series with gaps.
            Line($"temperature{{room=\"r{room}\",floor=\"{room % 2}\"}}", 20 + 5 * Math.Sin(index / 4.0 + room) + room * 1e-3);
        }
        Line("odd{kind=\"infinite\"}", index % 7 == 0 ? double.PositiveInfinity : index);
        Line("odd{kind=\"not a number\"}", index % 5 == 0 ? double.NaN : -index);
        Line("odd{kind=\"large\"}", 1e300 / (index + 1));
        text.Append("# TYPE latency_seconds histogram\n");
        foreach (var service in (string[])["api", "web"])
        {
            var count = (service == "api" ? 11.0 : 4.0) * (index + 1);
            foreach (var (bound, share) in new[] { ("0.1", 0.3), ("0.5", 0.7), ("1", 0.93), ("+Inf", 1.0) }) Line($"latency_seconds_bucket{{service=\"{service}\",le=\"{bound}\"}}", Math.Floor(count * share));
            Line($"latency_seconds_sum{{service=\"{service}\"}}", count * 0.42);
            Line($"latency_seconds_count{{service=\"{service}\"}}", count);
        }
        return text.ToString();

        void Line(string series, double value) => text.Append(CultureInfo.InvariantCulture, $"{series} {Number(value)} {timeMs}\n");
    }

    static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
