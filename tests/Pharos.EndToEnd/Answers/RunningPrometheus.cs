using System.Globalization;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Answers;

/// <summary>A real Prometheus in a folder of its own, on a free port, ended with the test.</summary>
sealed class RunningPrometheus : IAsyncDisposable
{
    readonly RunningProgram process;
    readonly TemporaryFolder folder;

    RunningPrometheus(RunningProgram process, TemporaryFolder folder, Uri url)
    {
        this.process = process;
        this.folder = folder;
        Client = new HttpClient { BaseAddress = url };
    }

    public HttpClient Client { get; }

    public static async Task<RunningPrometheus> StartAsync(string config, params string[] more)
    {
        Peers.Find("prometheus");
        var folder = new TemporaryFolder();
        var port = PharosProcess.FreePort();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var process = await Peers.StartAsync("prometheus", $"http://{address}/-/ready",
            [$"--config.file={folder.Write("prometheus.yml", config)}", $"--storage.tsdb.path={folder.Data}", $"--web.listen-address={address}", "--log.level=error", .. more]);
        return new(process, folder, new($"http://{address}"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await process.DisposeAsync();
        folder.Dispose();
    }
}
