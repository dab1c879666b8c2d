using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pharos.EndToEnd.Processes;

/// <summary>The program as users run it: a process of its own, with its standard output and error kept for the failure message.</summary>
/// <remarks>Lifetime: ends with <see cref="DisposeAsync"/>, by force.</remarks>
sealed class PharosProcess : IAsyncDisposable
{
    readonly Process process;
    readonly ConcurrentQueue<string> output = new();

    PharosProcess(Process process, Uri url)
    {
        this.process = process;
        Url = url;
        Client = new() { BaseAddress = url };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Url { get; }

    public HttpClient Client { get; }

    /// <summary>Everything written so far, for messages of failed assertions.</summary>
    public string Output => string.Join('\n', output);

    /// <summary>The built program beside this test assembly.</summary>
    public static string ProgramPath { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "pharos.exe" : "pharos");

    /// <summary>Starts <c>pharos serve FOLDER</c> on a free port and returns when it is ready.</summary>
    public static async Task<PharosProcess> ServeAsync(string folder, string dataFolder, params string[] more)
    {
        var address = $"127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo(ProgramPath, ["serve", folder, "--listen", address, "--data", dataFolder, .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        var pharos = new PharosProcess(Process.Start(start)!, new($"http://{address}/"));
        try
        {
            await pharos.UntilAsync(TimeSpan.FromSeconds(30), async () => (await pharos.Client.GetAsync("-/ready")).StatusCode == HttpStatusCode.OK, "it is ready");
        }
        catch
        {
            await pharos.DisposeAsync();
            throw;
        }
        return pharos;
    }

    /// <summary>Asks again until <paramref name="isSo"/>; a refused connection counts as "not yet".</summary>
    /// <exception cref="TimeoutException">It did not become so, or the process ended; with what the process wrote.</exception>
    public async Task UntilAsync(TimeSpan atMost, Func<Task<bool>> isSo, string what)
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await isSo()) return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // Not listening yet.
            }
            if (process.HasExited) throw new TimeoutException($"pharos ended with code {process.ExitCode} before {what}:\n{Output}");
            if (since.Elapsed > atMost) throw new TimeoutException($"Waited {atMost} until {what}:\n{Output}");
            await Task.Delay(100);
        }
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    void Keep(string? line)
    {
        if (line is null) return;
        output.Enqueue(line);
        while (output.Count > 500) output.TryDequeue(out _);
    }
}
