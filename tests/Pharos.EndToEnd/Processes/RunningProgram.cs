using System.Collections.Concurrent;
using System.Diagnostics;

namespace Pharos.EndToEnd.Processes;

/// <summary>A program that runs until it is disposed. What it wrote is kept, so that a failure is told in its own words.</summary>
/// <remarks>Limits: the last 10,000 lines. Lifetime: ends with <see cref="DisposeAsync"/>, by force.</remarks>
sealed class RunningProgram : IAsyncDisposable
{
    const int KeptLines = 10_000;

    /// <summary>A program that has ended may have left its pipes to another, which would never close them.</summary>
    static readonly TimeSpan RestOfOutput = TimeSpan.FromSeconds(5);

    readonly string name;
    readonly ConcurrentQueue<string> lines = new();
    string? lastOfOutput;
    string? lastOfError;

    RunningProgram(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        name = Path.GetFileName(start.FileName);
        Process = Process.Start(start)!;
        Process.OutputDataReceived += (_, line) => Keep(line.Data, ref lastOfOutput);
        Process.ErrorDataReceived += (_, line) => Keep(line.Data, ref lastOfError);
        Process.BeginOutputReadLine();
        Process.BeginErrorReadLine();
    }

    public Process Process { get; }

    /// <summary>Everything written so far, on standard output and error.</summary>
    public IReadOnlyList<string> Lines => [.. lines];

    public string Output => string.Join('\n', lines);

    public static RunningProgram Start(ProcessStartInfo start) => new(start);

    /// <summary>Waits for it to end by itself.</summary>
    /// <exception cref="OperationCanceledException">It did not.</exception>
    public async Task<int> ExitCodeAsync()
    {
        using var patience = Patience.Begin();
        await Process.WaitForExitAsync(patience.Token);
        return Process.ExitCode;
    }

    /// <summary>Asks again until it is so; a refused connection counts as "not yet". Fails with the program's last line when it ends before.</summary>
    public Task UntilAsync(Func<Task<bool>> isSo, string what) => Eventually.HoldsAsync(
        async () =>
        {
            if (Process.HasExited) Assert.Fail($"{name} ended with code {Process.ExitCode} before {what}: {await LastLineAsync()}\n{Output}");
            return await isSo();
        },
        () => $"{what}; {name} wrote:\n{Output}");

    /// <summary>What it said last: on standard error, and where that is empty on standard output.</summary>
    public async Task<string> LastLineAsync()
    {
        await Task.WhenAny(Process.WaitForExitAsync(), Task.Delay(RestOfOutput)); // Which waits for the ends of the streams, too.
        return lastOfError ?? lastOfOutput ?? "it said nothing";
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited) Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync();
        Process.Dispose();
    }

    void Keep(string? line, ref string? last)
    {
        if (line is null) return;
        if (!string.IsNullOrWhiteSpace(line)) last = line;
        lines.Enqueue(line);
        while (lines.Count > KeptLines) lines.TryDequeue(out _);
    }
}
