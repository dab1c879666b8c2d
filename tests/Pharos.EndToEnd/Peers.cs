using System.Diagnostics;
using System.Text;

namespace Pharos.EndToEnd;

/// <summary>The real programs that Pharos is compared with, where <c>bench/peers.sh</c> put them.</summary>
static class Peers
{
    /// <summary>The path of a peer's program; without it the test reports itself skipped.</summary>
    public static string Find(string program)
    {
        if (PathOf(program) is { } path) return path;
        Assert.Skip($"{program} is not there; bench/peers.sh fetches it");
        return "";
    }

    /// <summary>Whether the peer is there, for what is set up before a test can be skipped.</summary>
    public static bool Has(string program) => PathOf(program) is not null;

    /// <summary>Starts a peer whose output nobody reads. Dispose ends it.</summary>
    public static PeerProcess Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program), arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new(process);
    }

    /// <summary>Runs a peer to its end with some input.</summary>
    public static (int Code, string Output) Run(string path, byte[] input, params string[] arguments) => Run(path, input, folder: null, arguments);

    /// <summary>The same in a working folder.</summary>
    public static (int Code, string Output) Run(string path, byte[] input, string? folder, string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.ToString());

        void Keep(string? line)
        {
            if (line is null) return;
            lock (output) output.Append(line).Append('\n');
        }
    }

    static string? PathOf(string program) => Roots().Select(root => Path.Combine(root, "root", "usr", "bin", program)).FirstOrDefault(File.Exists);

    /// <summary>PEERS_DIR, else <c>.peers</c> of the checkout.</summary>
    static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("PEERS_DIR") is { Length: > 0 } told) yield return told;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pharos.slnx"))) yield return Path.Combine(folder.FullName, ".peers");
        }
    }
}

/// <summary>A peer that runs until it is disposed.</summary>
sealed class PeerProcess(Process process) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
