using System.Diagnostics;
using System.Net.Http.Json;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>The sample service as its own process, with a database of its own.</summary>
/// <remarks>Lifetime: ends with <see cref="DisposeAsync"/>, by force.</remarks>
sealed class RunningShop : IAsyncDisposable
{
    readonly RunningProgram program;
    readonly TemporaryFolder folder;

    RunningShop(RunningProgram program, TemporaryFolder folder, Uri url)
    {
        this.program = program;
        this.folder = folder;
        Client = new() { BaseAddress = url, Timeout = Patience.Limit };
    }

    /// <summary>Where its program and its files lie.</summary>
    public static string Folder => Path.GetDirectoryName(ProgramPath())!;

    public HttpClient Client { get; }

    public string Authority => Client.BaseAddress!.Authority;

    /// <summary>Everything logged so far.</summary>
    public IReadOnlyList<string> Lines => program.Lines;

    public bool HasEnded => program.Process.HasExited;

    /// <param name="more">Further settings, such as <c>--ConnectionStrings:Shop</c>, which otherwise names a new SQLite file.</param>
    public static async Task<RunningShop> StartAsync(params string[] more)
    {
        var folder = new TemporaryFolder();
        var url = new Uri($"http://127.0.0.1:{PharosProcess.FreePort()}/");
        var program = ProgramPath();
        var start = new ProcessStartInfo(program, ["--urls", url.ToString(), "--ConnectionStrings:Shop", $"Data Source={Path.Combine(folder.Path, "shop.db")}", .. more])
        {
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        var shop = new RunningShop(RunningProgram.Start(start), folder, url);
        try
        {
            await shop.program.UntilAsync(async () => (await shop.Client.GetAsync("metrics")).IsSuccessStatusCode, "it told its metrics");
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
        return shop;
    }

    /// <summary>Waits for it to end by itself.</summary>
    public Task<int> ExitCodeAsync() => program.ExitCodeAsync();

    public async Task SwitchAsync(string name, bool on) => (await Client.PostAsync($"switches/{name}?on={(on ? "true" : "false")}", null)).EnsureSuccessStatusCode();

    public Task<HttpResponseMessage> PostAsync(string path, object body) => Client.PostAsJsonAsync(path, body);

    /// <summary>The names of all metric families, as a scrape in the text format has them.</summary>
    public async Task<IReadOnlyList<string>> FamiliesAsync() =>
        [.. (await Client.GetStringAsync("metrics")).Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await program.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>The program that was built with these tests, in the same configuration.</summary>
    public static string ProgramPath() => Path.Combine(Checkout.Root, "samples", "Shop", "bin", Checkout.Configuration, "net10.0", OperatingSystem.IsWindows() ? "shop.exe" : "shop");
}
