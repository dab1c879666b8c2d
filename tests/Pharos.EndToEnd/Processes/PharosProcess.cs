using System.Diagnostics;
using System.Net;

namespace Pharos.EndToEnd.Processes;

/// <summary>The program as users run it: a process of its own.</summary>
/// <remarks>Lifetime: ends with <see cref="DisposeAsync"/>, by force.</remarks>
sealed class PharosProcess : IAsyncDisposable
{
    readonly RunningProgram program;

    PharosProcess(RunningProgram program, Uri url, HttpMessageHandler? handler)
    {
        this.program = program;
        Url = url;
        Client = new(handler ?? new HttpClientHandler()) { BaseAddress = url, Timeout = Patience.Limit };
    }

    public Uri Url { get; }

    public int ProcessId => program.Process.Id;

    public HttpClient Client { get; }

    /// <summary>Everything written so far, for messages of failed assertions.</summary>
    public string Output => program.Output;

    /// <summary>The built program beside this test assembly.</summary>
    public static string ProgramPath { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "pharos.exe" : "pharos");

    /// <summary>Starts <c>pharos serve FOLDER</c> on a free port and returns when it is ready.</summary>
    public static Task<PharosProcess> ServeAsync(string folder, string dataFolder, params string[] more)
    {
        var address = $"127.0.0.1:{FreePort()}";
        return StartAsync(new($"http://{address}/"), folder, ["serve", folder, "--listen", address, "--data", dataFolder, .. more]);
    }

    /// <summary>Starts the program with any arguments that make it serve under the address, and returns when it is ready.</summary>
    /// <param name="launcher">A program, with arguments, that becomes the one named behind them; null: none.</param>
    public static async Task<PharosProcess> StartAsync(Uri url, string workingFolder, string[] arguments, HttpMessageHandler? handler = null, string[]? launcher = null)
    {
        var pharos = new PharosProcess(RunningProgram.Start(StartInfo(workingFolder, arguments, launcher)), url, handler);
        try
        {
            await pharos.UntilAsync(async () => (await pharos.Client.GetAsync("-/ready")).StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized, "it was ready");
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
        using var patience = Patience.Begin();
        try
        {
            await process.WaitForExitAsync(patience.Token);
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
        using var kill = Process.Start("kill", [$"-{name}", program.Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for the process to end by itself.</summary>
    public Task<int> ExitCodeAsync() => program.ExitCodeAsync();

    /// <inheritdoc cref="RunningProgram.UntilAsync"/>
    public Task UntilAsync(Func<Task<bool>> isSo, string what) => program.UntilAsync(isSo, what);

    /// <summary>A port that is free, and stays so until somebody asks for this very one: each is given once, and the system gives none of these to
    /// connections and to listeners that leave the choice to it.</summary>
    public static int FreePort() => Ports.Next();

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return program.DisposeAsync();
    }

    static ProcessStartInfo StartInfo(string workingFolder, string[] arguments, string[]? launcher = null) => new(launcher?[0] ?? ProgramPath, launcher is null ? arguments : [.. launcher[1..], ProgramPath, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = workingFolder,
    };
}
