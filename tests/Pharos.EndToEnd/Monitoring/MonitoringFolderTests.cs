using System.Text.Json;
using Pharos.EndToEnd.Applications;
using Pharos.EndToEnd.Processes;
using Pharos.Server.Config;
using Pharos.Server.Load;

namespace Pharos.EndToEnd.Monitoring;

public sealed class MonitoringFolderTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "monitoring");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What our own checks and tests say of the folder, the real promtool says too.</summary>
    [Fact]
    public void The_real_promtool_finds_no_fault_and_its_tests_pass()
    {
        var promtool = Peers.Find("promtool");
        var rules = Directory.EnumerateFiles(Folder, "*.yml").Concat(Directory.EnumerateFiles(Path.Combine(Folder, "optional"), "*.yml")).Where(path => Path.GetFileName(path) is not ("prometheus.yml" or "alertmanager.yml"));

        var (checkCode, checkOutput) = Peers.Run(promtool, [], ["check", "rules", "--lint-fatal", .. rules]);
        var (testCode, testOutput) = Peers.Run(promtool, [], ["test", "rules", .. Directory.EnumerateFiles(Path.Combine(Folder, "tests"), "*.yml")]);
        var (configCode, configOutput) = Peers.Run(promtool, [], "check", "config", Path.Combine(Folder, "prometheus.yml"));

        Assert.True(checkCode == 0, checkOutput);
        Assert.True(testCode == 0, testOutput);
        Assert.True(configCode == 0, configOutput);
    }

    [Fact]
    public async Task Broken_payments_page_and_mended_ones_resolve()
    {
        await using var shop = await RunningShop.StartAsync();
        using var folder = new TemporaryFolder();
        CopyInSeconds(folder, shop.Authority);
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);
        using var visitors = Visitors(shop);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var visits = visitors.RunAsync(closing.Token);

        await pharos.UntilAsync(async () => (await ValueAsync(pharos, "sum(rate(payments_total[10s])) > 0")) is not null, "the shop sells");
        Assert.DoesNotContain("PaymentsFailing", await FiringAsync(pharos));

        await shop.SwitchAsync("failing-payments", on: true);
        await pharos.UntilAsync(async () => (await FiringAsync(pharos)).Contains("PaymentsFailing", StringComparer.Ordinal), "failing payments page");

        await shop.SwitchAsync("failing-payments", on: false);
        await pharos.UntilAsync(async () => !(await FiringAsync(pharos)).Contains("PaymentsFailing", StringComparer.Ordinal), "mended payments resolve");

        await closing.CancelAsync();
        await visits;
    }

    /// <summary>The folder as it is, with windows and holds of seconds: nobody waits minutes for a test.</summary>
    static void CopyInSeconds(TemporaryFolder folder, string shop)
    {
        foreach (var name in (string[])["prometheus.yml", "records.yml", "alerts.yml"])
        {
            folder.Write(name, File.ReadAllText(Path.Combine(Folder, name))
                .Replace("127.0.0.1:8000", shop, StringComparison.Ordinal)
                .Replace("scrape_interval: 5s", "scrape_interval: 1s", StringComparison.Ordinal)
                .Replace("evaluation_interval: 10s", "evaluation_interval: 1s", StringComparison.Ordinal)
                .Replace("[2m]", "[10s]", StringComparison.Ordinal)
                .Replace("for: 30s", "for: 2s", StringComparison.Ordinal));
        }
    }

    static LoadRun Visitors(RunningShop shop)
    {
        var source = new ConfigSource();
        var steps = ScenarioReader.Read(source, Path.Combine(RunningShop.Folder, "load.yml"), shop.Client.BaseAddress);
        Assert.Empty(source.Diagnostics);
        return new(new() { Steps = [.. steps.Where(step => step.Name == "buy")], Rate = 15, Duration = Timeout.InfiniteTimeSpan }, TimeProvider.System);
    }

    static async Task<string?> ValueAsync(PharosProcess pharos, string expression)
    {
        using var answer = JsonDocument.Parse(await pharos.Client.GetStringAsync($"api/v1/query?query={Uri.EscapeDataString(expression)}", Cancellation));
        var result = answer.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? null : result[0].GetProperty("value")[1].GetString();
    }

    static async Task<IReadOnlyList<string>> FiringAsync(PharosProcess pharos)
    {
        using var answer = JsonDocument.Parse(await pharos.Client.GetStringAsync("api/v1/alerts", Cancellation));
        return [.. answer.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray()
            .Where(alert => alert.GetProperty("state").GetString() == "firing").Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!)];
    }
}
