using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Serving;

/// <summary>The ceiling of memory holds for the real process, and who is not served by it is told.</summary>
public sealed class MemoryTests : IDisposable
{
    const int CeilingMegabytes = 96;
    const int Targets = 8;
    const int SeriesPerTarget = 30_000;

    readonly TemporaryFolder folder = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_process_stays_below_its_ceiling_and_refused_series_are_told_everywhere()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        await using var target = await LocalServer.StartAsync(AnswerAsync);
        var addresses = string.Join(", ", Enumerable.Range(0, Targets).Select(i => $"{{targets: ['{target.Address}'], labels: {{__metrics_path__: '/{i}'}}}}"));
        folder.Write("prometheus.yml", $"scrape_configs: [{{job_name: many, scrape_interval: 2s, scrape_timeout: 2s, static_configs: [{addresses}]}}]\n");
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data, $"--memory={CeilingMegabytes}MB");

        var (worst, targets) = (0L, "");
        await Eventually.HoldsAsync(
            async () =>
            {
                worst = Math.Max(worst, AnonymousBytes(pharos.ProcessId));
                targets = await pharos.Client.GetStringAsync("api/v1/targets", Cancellation);
                return targets.Split("the store did not take").Length > Targets / 2;
            },
            () => $"series are refused; the targets say {targets}; {worst >> 20} MB are used");
        for (var i = 0; i < 20; i++) // Queries and scrapes go on.
        {
            using var answer = await pharos.Client.GetAsync("api/v1/query?query=count({__name__=~\"many_.*\"})", Cancellation);
            worst = Math.Max(worst, AnonymousBytes(pharos.ProcessId));
        }

        Assert.InRange(worst >> 20, 1, CeilingMegabytes);
        Assert.Contains("\"health\":\"up\"", targets, StringComparison.Ordinal);
        Assert.Contains("bytes of memory that are allowed for them", targets, StringComparison.Ordinal);
        var findings = await pharos.Client.GetStringAsync("api/v1/status/findings", Cancellation);
        Assert.Contains("new series are refused", findings, StringComparison.Ordinal);
        Assert.Contains("job many", findings, StringComparison.Ordinal);
        var own = await pharos.Client.GetStringAsync("metrics", Cancellation);
        var refused = own.Split('\n').Single(line => line.StartsWith("pharos_scrape_samples_refused_total{scrape_job=\"many\"", StringComparison.Ordinal));
        Assert.True(double.Parse(refused.Split(' ')[1], CultureInfo.InvariantCulture) > 1000, refused);
        Assert.Contains("is stored", pharos.Output, StringComparison.Ordinal);
    }

    static Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4";
        var text = new StringBuilder();
        for (var i = 0; i < SeriesPerTarget; i++) text.Append(CultureInfo.InvariantCulture, $"many_{i % 100}{{target=\"{context.Request.Path}\",path=\"/orders/{i}\"}} {i}.5\n");
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text.ToString())).AsTask();
    }

    static long AnonymousBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line[8..^2], CultureInfo.InvariantCulture) * 1024;
    }
}
