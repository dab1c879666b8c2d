using System.Net;
using System.Net.Sockets;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Serving;

public sealed class ServeTests : IDisposable
{
    const string OneJob = "scrape_configs: [{job_name: a, static_configs: [{targets: ['127.0.0.1:1']}]}]\n";

    readonly TemporaryFolder folder = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_folder_is_served_and_a_signal_ends_it_cleanly()
    {
        folder.Write("prometheus.yml", OneJob);
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);

        Assert.Equal("Pharos is Healthy.\n", await pharos.Client.GetStringAsync("-/healthy", Cancellation));
        Assert.Contains("\"status\":\"success\"", await pharos.Client.GetStringAsync("api/v1/query?query=1", Cancellation));
        Assert.Contains("job_name: a", await pharos.Client.GetStringAsync("api/v1/status/config", Cancellation));
        await pharos.SignalAsync("TERM");
        Assert.Equal(0, await pharos.ExitCodeAsync());
    }

    [Fact]
    public async Task Quitting_by_request_needs_the_flag()
    {
        await using var closed = await PharosProcess.ServeAsync(folder.Path, folder.Data);
        Assert.Equal(HttpStatusCode.Forbidden, (await closed.Client.PostAsync("-/quit", null, Cancellation)).StatusCode);
        await closed.SignalAsync("TERM"); // Not INT, which a runner in the background has its children ignore.
        Assert.Equal(0, await closed.ExitCodeAsync());

        await using var open = await PharosProcess.ServeAsync(folder.Path, folder.Data, "--web.enable-lifecycle");
        Assert.Equal(HttpStatusCode.OK, (await open.Client.PostAsync("-/quit", null, Cancellation)).StatusCode);
        Assert.Equal(0, await open.ExitCodeAsync());
    }

    [Fact]
    public async Task A_port_in_use_is_told_with_its_holder()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var (exitCode, _, error) = await PharosProcess.RunAsync(folder.Path, "serve", folder.Path, "--listen", $"127.0.0.1:{port}", "--data", folder.Data);

        Assert.Equal(1, exitCode);
        Assert.Matches($@"^pharos: port {port} is in use by .+ \(process {Environment.ProcessId}\); end it, or choose another by --listen\n$", error[error.IndexOf("pharos: ", StringComparison.Ordinal)..]);
    }

    /// <summary>Addresses for documentation belong to no machine, and names below <c>.invalid</c> to none either.</summary>
    [Theory]
    [InlineData("192.0.2.1:9090")]
    [InlineData("nowhere.invalid:9090")]
    public async Task An_address_of_another_machine_is_told_in_one_line(string address)
    {
        var (exitCode, _, error) = await PharosProcess.RunAsync(folder.Path, "serve", folder.Path, "--listen", address, "--data", folder.Data);

        Assert.Equal(1, exitCode);
        Assert.Matches($@"pharos: cannot listen on {address}: .+; write an address of this machine, such as 127\.0\.0\.1:9090\n$", error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        await using var first = await PharosProcess.ServeAsync(folder.Path, folder.Data);

        var (exitCode, _, error) = await PharosProcess.RunAsync(folder.Path, "serve", folder.Path, "--listen", "127.0.0.1:0", "--data", folder.Data);

        Assert.Equal(1, exitCode);
        Assert.Contains($"{folder.Data} is in use by another process", error);
        Assert.Equal("Pharos is Ready.\n", await first.Client.GetStringAsync("-/ready", Cancellation));
    }

    [Fact]
    public async Task A_configuration_with_faults_starts_nothing_and_names_them_all()
    {
        folder.Write("prometheus.yml", "global: {scrape_interval: 15}\nrule_files: [r.yml]\nscrape_confgs: []\n");
        folder.Write("r.yml", "groups: [{name: g, rules: [{alert: A, expr: 'up =='}]}]\n");

        var (exitCode, _, error) = await PharosProcess.RunAsync(folder.Path, "serve", folder.Path, "--data", folder.Data);

        Assert.Equal(1, exitCode);
        Assert.Equal(
        [
            "prometheus.yml:1:27: global.scrape_interval: \"15\" has no unit; write a duration such as \"15s\" (ms, s, m, h, d, w, y)",
            "prometheus.yml:3:1: unknown key \"scrape_confgs\"; did you mean \"scrape_configs\"?",
        ], error.Split('\n')[..2]);
        Assert.StartsWith("r.yml:1:", error.Split('\n')[2]);
        Assert.False(Directory.Exists(folder.Data));
    }

    [Theory]
    [InlineData("--storage.tsdb.retention.tme=3d", "unknown flag --storage.tsdb.retention.tme=3d; did you mean --storage.tsdb.retention.time?")]
    [InlineData("--query.timeout=5", "--query.timeout: \"5\" cannot be used; write a duration such as \"15d\" or \"30s\"")]
    [InlineData("--web.listen-address=9090", "\"9090\" is no address to listen on; write host:port")]
    [InlineData("--config.file=absent.yml", "--config.file: absent.yml does not exist")]
    [InlineData("--memory=lots", "--memory: \"lots\" cannot be used")]
    [InlineData("--memory=95MB", "--memory: \"95MB\" is too little; the runtime and the heap alone need most of 96MB, write that or more")]
    [InlineData("--web.external-url=ftp://x", "--web.external-url: \"ftp://x\" is no http address")]
    [InlineData("--log.level=loud", "--log.level: \"loud\" cannot be used; write debug, info, warn or error")]
    [InlineData("absent-folder", "absent-folder is no folder; write the folder that holds prometheus.yml, or make it")]
    public async Task A_flag_that_cannot_be_obeyed_is_told(string flag, string expected)
    {
        var (exitCode, _, error) = await PharosProcess.RunAsync(folder.Path, "serve", flag);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"pharos: {expected}", error);
    }

    [Fact]
    public async Task Flags_of_Prometheus_work_and_those_without_effect_say_so()
    {
        folder.Write("prometheus.yml", OneJob);
        var address = $"127.0.0.1:{PharosProcess.FreePort()}";
        await using var pharos = await PharosProcess.StartAsync(new($"http://{address}/prom/"), folder.Path,
        [
            "serve", "--config.file=prometheus.yml", "--storage.tsdb.path=./tsdb", "--storage.tsdb.retention.time=30d", $"--web.listen-address={address}",
            "--web.external-url=https://mon.example.com/prom/", "--storage.tsdb.wal-compression", "--no-scrape.adjust-timestamps", "--enable-feature=native-histograms,nonsense",
        ]);

        var flags = await pharos.Client.GetStringAsync("api/v1/status/flags", Cancellation);
        Assert.Contains("\"storage.tsdb.retention.time\":\"30d\"", flags);
        Assert.Contains("\"web.route-prefix\":\"/prom\"", flags);
        Assert.True(Directory.Exists(Path.Combine(folder.Path, "tsdb")));
        Assert.Contains("--storage.tsdb.wal-compression does nothing here: the store has its own layout", pharos.Output);
        Assert.Contains("--scrape.adjust-timestamps does nothing here", pharos.Output);
        Assert.Contains("--enable-feature=nonsense does nothing here", pharos.Output);
        Assert.DoesNotContain("native-histograms", pharos.Output);
        Assert.Equal(HttpStatusCode.NotFound, (await pharos.Client.GetAsync("/-/healthy", Cancellation)).StatusCode); // Outside the prefix.
    }

    [Fact]
    public async Task Other_sites_and_other_names_are_refused()
    {
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);

        using var forged = new HttpRequestMessage(HttpMethod.Post, "-/reload");
        forged.Headers.Add("Origin", "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await pharos.Client.SendAsync(forged, Cancellation)).StatusCode);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "api/v1/query?query=up");
        rebound.Headers.Host = "evil.example";
        var answer = await pharos.Client.SendAsync(rebound, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("\"errorType\":\"forbidden\"", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Without_any_configuration_it_watches_itself()
    {
        await using var pharos = await PharosProcess.ServeAsync(folder.Path, folder.Data);

        await pharos.UntilAsync(async () =>
            (await pharos.Client.GetStringAsync("api/v1/query?query=up{job=\"pharos\"}", Cancellation)).Contains("\"1\"", StringComparison.Ordinal), "it scraped itself");
        Assert.Contains("holds no prometheus.yml", await pharos.Client.GetStringAsync("api/v1/status/findings", Cancellation));
    }
}
