using System.Diagnostics;
using System.Globalization;

namespace Pharos.Server.Demo;

/// <summary>The sample service as a process of its own. It ends when this does, also when this is killed.</summary>
/// <remarks>
/// <para>It reads its standard input and ends when that does: the system closes our end of it, however we end.</para>
/// <para>When it ends by itself it is started again after <see cref="RestartAfter"/>: long enough for its absence to be noticed and to page.</para>
/// </remarks>
sealed class ShopProcess : IAsyncDisposable
{
    static readonly TimeSpan RestartAfter = TimeSpan.FromMinutes(3);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly ProcessStartInfo start;
    readonly CancellationTokenSource ended = new();
    readonly Task watching;

    ShopProcess(ProcessStartInfo start)
    {
        this.start = start;
        watching = KeepAsync(Begin(start));
    }

    /// <param name="dataFolder">Where its database lies; exists.</param>
    /// <exception cref="FileNotFoundException">The program does not lie beside this one.</exception>
    public static ShopProcess Start(int port, int serverPort, string dataFolder)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "shop");
        var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "shop.exe" : "shop");
        if (!File.Exists(program)) throw new FileNotFoundException($"the sample service is missing: {program}", program);
        var start = new ProcessStartInfo(program,
        [
            "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--exit-with-parent", "true",
            "--ConnectionStrings:Shop", $"Data Source={Path.Combine(dataFolder, "shop.db")}",
            "--Pharos:CriticalAlerts:AlertmanagerUrl", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{serverPort}"),
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        // Started by `dotnet run`, we carry settings of our own host that are not the shop's.
        foreach (var name in (string[])["ASPNETCORE_URLS", "DOTNET_URLS", "ASPNETCORE_HTTP_PORTS"]) start.Environment.Remove(name);
        return new(start);
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await watching;
        ended.Dispose();
    }

    static Process Begin(ProcessStartInfo start)
    {
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        process.OutputDataReceived += (_, _) => { }; // Its log is not ours to print, but the pipes must be drained.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    async Task KeepAsync(Process process)
    {
        try
        {
            while (true)
            {
                await process.WaitForExitAsync(ended.Token);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Shop has ended with code {process.ExitCode}; it starts again in {RestartAfter.TotalMinutes:0} minutes."));
                process.Dispose();
                await Task.Delay(RestartAfter, ended.Token);
                process = Begin(start);
            }
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process);
        }
    }

    static async Task StopAsync(Process process)
    {
        try
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It had ended, and was waiting to be started again.
        }
        process.Dispose();
    }
}
