using System.Globalization;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Answers;

/// <summary>A real Prometheus in a folder of its own, on a free port, ended with the test.</summary>
sealed class RunningPrometheus : IAsyncDisposable
{
    readonly PeerProcess process;
    readonly TemporaryFolder folder;

    RunningPrometheus(PeerProcess process, TemporaryFolder folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
    }

    public HttpClient Client { get; }

    public static async Task<RunningPrometheus> StartAsync(string config, params string[] more)
    {
        Peers.Find("prometheus");
        var folder = new TemporaryFolder();
        var port = PharosProcess.FreePort();
        var process = Peers.Start("prometheus", [$"--config.file={folder.Write("prometheus.yml", config)}", $"--storage.tsdb.path={folder.Data}",
            string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"), "--log.level=error", .. more]);
        var peer = new RunningPrometheus(process, folder, port);
        await Eventually.HoldsAsync(async () => (await peer.Client.GetAsync("/-/ready")).IsSuccessStatusCode, () => "Prometheus is ready");
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await process.DisposeAsync();
        folder.Dispose();
    }
}
