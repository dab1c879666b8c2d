using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Pharos.EndToEnd.Processes;

/// <summary>The program as users run it: a process of its own, with its standard output and error kept for the failure message.</summary>
/// <remarks>Lifetime: ends with <see cref="DisposeAsync"/>, by force.</remarks>
sealed class PharosProcess : IAsyncDisposable
{
    readonly Process process;
    readonly ConcurrentQueue<string> output = new();

    PharosProcess(Process process, Uri url, HttpMessageHandler? handler)
    {
        this.process = process;
        Url = url;
        Client = new(handler ?? new HttpClientHandler()) { BaseAddress = url };
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
    public static Task<PharosProcess> ServeAsync(string folder, string dataFolder, params string[] more)
    {
        var address = $"127.0.0.1:{FreePort()}";
        return StartAsync(new($"http://{address}/"), folder, ["serve", folder, "--listen", address, "--data", dataFolder, .. more]);
    }

    /// <summary>Starts the program with any arguments that make it serve under the address, and returns when it is ready.</summary>
    public static async Task<PharosProcess> StartAsync(Uri url, string workingFolder, string[] arguments, HttpMessageHandler? handler = null)
    {
        var pharos = new PharosProcess(Process.Start(StartInfo(workingFolder, arguments))!, url, handler);
        try
        {
            await pharos.UntilAsync(TimeSpan.FromSeconds(60), async () => (await pharos.Client.GetAsync("-/ready")).StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized, "it is ready");
        }
        catch
        {
            await pharos.DisposeAsync();
            throw;
        }
        return pharos;
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string workingFolder, params string[] arguments)
    {
        using var process = Process.Start(StartInfo(workingFolder, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"pharos {string.Join(' ', arguments)} did not end");
        }
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Sends a signal such as TERM or HUP.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for the process to end by itself.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(timeout.Token);
        return process.ExitCode;
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
            catch (HttpRequestException)
            {
                // Not listening yet, or ended: told below with what it wrote.
            }
            if (process.HasExited) throw new TimeoutException($"pharos ended with code {process.ExitCode} before {what}:\n{Output}");
            if (since.Elapsed > atMost) throw new TimeoutException($"Waited {atMost} until {what}:\n{Output}");
            await Task.Delay(100);
        }
    }

    /// <summary>A port that is free, and stays so until somebody asks for this very one: each is given once, and the system gives none of these to
    /// connections and to listeners that leave the choice to it.</summary>
    public static int FreePort() => Ports.Next();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    static ProcessStartInfo StartInfo(string workingFolder, string[] arguments) => new(ProgramPath, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = workingFolder,
    };

    void Keep(string? line)
    {
        if (line is null) return;
        output.Enqueue(line);
        while (output.Count > 500) output.TryDequeue(out _);
    }
}
