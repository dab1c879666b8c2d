using System.Net;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Serving;

public sealed class ReloadTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    void WriteJob(string name) => folder.Write("prometheus.yml", $"scrape_configs: [{{job_name: {name}, static_configs: [{{targets: ['127.0.0.1:1']}}]}}]\n");

    static async Task<bool> HasJob(PharosProcess pharos, string name) =>
        (await pharos.Client.GetStringAsync("api/v1/targets", Cancellation)).Contains($"\"scrapePool\":\"{name}\"", StringComparison.Ordinal);

    [Fact]
    public async Task A_request_and_a_signal_bring_the_new_configuration()
    {
        WriteJob("one");
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);
        await pharos.UntilAsync(() => HasJob(pharos, "one"), "job one is there");

        WriteJob("two");
        Assert.Equal(HttpStatusCode.OK, (await pharos.Client.PostAsync("-/reload", null, Cancellation)).StatusCode);
        await pharos.UntilAsync(async () => await HasJob(pharos, "two") && !await HasJob(pharos, "one"), "job two took its place");

        Assert.SkipWhen(IsHangupIgnored(), "the tests run under nohup or the like, which has all programs ignore the signal");
        WriteJob("three");
        await pharos.SignalAsync("HUP");
        await pharos.UntilAsync(() => HasJob(pharos, "three"), "job three took its place");
    }

    [Fact]
    public async Task A_reload_changes_the_step_of_sub_queries_that_name_none()
    {
        folder.Write("prometheus.yml", "global: {evaluation_interval: 1m}\nscrape_configs: []\n");
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);
        Assert.Contains("\"10\"", await CountAsync());

        folder.Write("prometheus.yml", "global: {evaluation_interval: 30s}\nscrape_configs: []\n");
        Assert.Equal(HttpStatusCode.OK, (await pharos.Client.PostAsync("-/reload", null, Cancellation)).StatusCode);

        Assert.Contains("\"20\"", await CountAsync());

        Task<string> CountAsync() => pharos.Client.GetStringAsync($"api/v1/query?query={Uri.EscapeDataString("count_over_time(vector(1)[10m:])")}&time=1700000000", Cancellation);
    }

    /// <summary>Signals that are ignored stay so in the programs that one starts. The lowest bit of the mask is the hangup.</summary>
    static bool IsHangupIgnored()
    {
        const string status = "/proc/self/status";
        if (!File.Exists(status)) return false;
        var mask = File.ReadLines(status).First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[^1];
        return (Convert.ToInt32(mask.ToString(), 16) & 1) == 1;
    }

    [Fact]
    public async Task A_faulty_configuration_changes_nothing_and_is_told_everywhere()
    {
        WriteJob("one");
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);
        folder.Write("prometheus.yml", "scrape_configs: [{job_name: two, scheme: htp}, {job_name: two}]\n");

        var answer = await pharos.Client.PostAsync("-/reload", null, Cancellation);

        const string fault = "prometheus.yml:1:42: scrape_configs[0].scheme: \"htp\" is not known here";
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        var reasons = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains(fault, reasons);
        Assert.Contains("\"two\" is written twice", reasons);
        await pharos.UntilAsync(() => HasJob(pharos, "one"), "the old configuration goes on");
        var findings = await pharos.Client.GetStringAsync("api/v1/status/findings", Cancellation);
        Assert.Contains("is not known here", findings);
        Assert.Contains("\"id\":\"config:prometheus.yml:1:42\",\"check\":\"config\",\"since\":\"20", findings);
        Assert.Contains("\"link\":\"/status/config\"", findings);
        Assert.Contains("pharos_findings{check=\"config\",severity=\"error\"} 2", await pharos.Client.GetStringAsync("metrics", Cancellation));
        Assert.Contains("\"reloadConfigSuccess\":false", await pharos.Client.GetStringAsync("api/v1/status/runtimeinfo", Cancellation));
        Assert.Contains("pharos_config_last_reload_successful 0", await pharos.Client.GetStringAsync("metrics", Cancellation));
        Assert.Contains(fault, pharos.Output.Replace("\\\"", "\"", StringComparison.Ordinal));

        WriteJob("three");
        Assert.Equal(HttpStatusCode.OK, (await pharos.Client.PostAsync("-/reload", null, Cancellation)).StatusCode);
        Assert.Contains("pharos_config_last_reload_successful 1", await pharos.Client.GetStringAsync("metrics", Cancellation));
    }

    [Fact]
    public async Task Changed_files_are_taken_by_themselves_when_asked_for()
    {
        WriteJob("one");
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data, "--enable-feature=auto-reload-config", "--config.auto-reload-interval=1s");

        WriteJob("two");

        await pharos.UntilAsync(() => HasJob(pharos, "two"), "the changed file was taken");
    }
}
