using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>A real Alertmanager and Pharos with the same small file, each with data of its own, in a folder that goes with them.</summary>
sealed class BesideAlertmanager : IAsyncDisposable
{
    readonly string folder;
    readonly IAsyncDisposable real;
    readonly IAsyncDisposable own;

    BesideAlertmanager(string folder, IAsyncDisposable real, string realUrl, IAsyncDisposable own, string ownUrl) =>
        (this.folder, this.real, RealUrl, this.own, OwnUrl) = (folder, real, realUrl, own, ownUrl);

    /// <summary>Without a slash at the end, as <see cref="OwnUrl"/>.</summary>
    public string RealUrl { get; }

    public string OwnUrl { get; }

    public static async Task<BesideAlertmanager> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("pharos-beside-").FullName;
        var (realUrl, ownUrl) = ($"http://127.0.0.1:{PharosProcess.FreePort()}", $"http://127.0.0.1:{PharosProcess.FreePort()}");
        await File.WriteAllTextAsync(Path.Combine(folder, "am.yml"), "route: {receiver: a}\nreceivers: [{name: a}]\n");
        var real = await Peers.StartAsync("prometheus-alertmanager", $"{realUrl}/-/ready",
            $"--config.file={folder}/am.yml", $"--storage.path={folder}/real-data", $"--web.listen-address={realUrl[7..]}", "--cluster.listen-address=");
        var own = await PharosProcess.StartAsync(new($"{ownUrl}/"), folder, ["serve", "--alertmanager", "am.yml", "--listen", ownUrl[7..], "--data", Path.Combine(folder, "own-data")]);
        return new(folder, real, realUrl, own, ownUrl);
    }

    public async ValueTask DisposeAsync()
    {
        await own.DisposeAsync();
        await real.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
