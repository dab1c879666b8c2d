using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Browser;

/// <summary>A server of its own with a folder of its own, and a browser.</summary>
/// <remarks>Started once, when the first page is opened, and shared.</remarks>
public abstract class ServedStage : IAsyncLifetime, IStage
{
    readonly Lazy<Task> start;
    readonly Chromium chromium = new();
    PharosProcess? pharos;

    // Lazy: runs that name other tests start nothing. One task: when the start fails, each test fails at once with its reason.
    protected ServedStage() => start = new(StartAsync);

    public string Url => pharos!.Url.AbsoluteUri;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("pharos-browser-").FullName;

    protected HttpClient Client => pharos!.Client;

    /// <summary>What there is to see, in words, for the failure message.</summary>
    protected abstract string Everything { get; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options)
    {
        await start.Value;
        return await chromium.NewContextAsync(Url, options);
    }

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        if (pharos is not null) await pharos.DisposeAsync();
        await DisposePeersAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Starts what the server watches or tells, and writes the files of its folder.</summary>
    protected abstract Task PrepareAsync();

    /// <summary>The server is up.</summary>
    protected virtual Task ServedAsync() => Task.CompletedTask;

    protected abstract Task<bool> IsEverythingThereAsync();

    protected abstract ValueTask DisposePeersAsync();

    async Task StartAsync()
    {
        Chromium.SkipUnlessThere();
        await PrepareAsync();
        pharos = await PharosProcess.ServeAsync(Folder, Path.Combine(Folder, "data"));
        await ServedAsync();
        await pharos.UntilAsync(IsEverythingThereAsync, Everything);
        await chromium.StartAsync();
    }
}
