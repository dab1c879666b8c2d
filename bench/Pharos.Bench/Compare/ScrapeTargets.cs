using System.Globalization;
using System.Text;

namespace Pharos.Bench.Compare;

/// <summary>A fleet's targets as real HTTP servers: one listener, a path a target, bodies rendered beforehand and served in turn.</summary>
sealed class ScrapeTargets : IAsyncDisposable
{
    const int Variants = 4;
    readonly WebApplication app;
    long served;

    ScrapeTargets(WebApplication app) => this.app = app;

    /// <summary>Samples that were served.</summary>
    public long Served => Interlocked.Read(ref served);

    public static async Task<ScrapeTargets> StartAsync(int targets, int port)
    {
        var data = new FleetData(targets, 0, 15_000);
        var bodies = new byte[targets][][];
        Parallel.For(0, targets, target => bodies[target] = [.. Enumerable.Range(0, Variants).Select(variant => Render(data, target, 100 + variant))]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var started = new ScrapeTargets(builder.Build());
        var turns = new int[targets];
        started.app.MapGet("/t/{target:int}", async (HttpContext context, int target) =>
        {
            var body = bodies[target][Interlocked.Increment(ref turns[target]) % Variants];
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
            Interlocked.Add(ref started.served, FleetData.SeriesPerTarget);
        });
        await started.app.StartAsync();
        return started;
    }

    public static string Config(int targets, int port, string interval)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"global:\n  scrape_interval: {interval}\n  scrape_timeout: {interval}\nscrape_configs:\n"));
        for (var target = 0; target < targets; target++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - job_name: t{target}\n    metrics_path: /t/{target}\n    static_configs:\n      - targets: ['127.0.0.1:{port}']\n");
        }
        return text.ToString();
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    static byte[] Render(FleetData data, int target, int step)
    {
        var text = new StringBuilder();
        var family = "";
        for (var item = 0; item < FleetData.SeriesPerTarget; item++)
        {
            var series = target * FleetData.SeriesPerTarget + item;
            var (name, labels) = data.Series(series);
            var own = labels.Where(label => label.Name is not ("instance" or "job"));
            if (name != family) text.Append("# TYPE ").Append(name).Append(' ').Append(name.StartsWith("app_level", StringComparison.Ordinal) ? "gauge" : "counter").Append('\n');
            family = name;
            text.Append(name).Append('{').AppendJoin(',', own.Select(label => $"{label.Name}=\"{label.Value}\"")).Append("} ")
                .Append(data.Value(series, step).ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
