using System.Diagnostics;
using System.Text;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd;

/// <summary>The real programs that Pharos is compared with, where <c>bench/peers.sh</c> put them.</summary>
static class Peers
{
    /// <summary>Debian's Alertmanager reads its default texts there, and ends at once where they are missing.</summary>
    const string TextsOfAlertmanager = "/usr/share/prometheus/alertmanager";

    const string Alertmanager = "prometheus-alertmanager";

    /// <summary>The path of a peer's program; without it the test reports itself skipped.</summary>
    public static string Find(string program)
    {
        if (PathOf(program) is { } path) return path;
        Assert.Skip(program == Alertmanager
            ? $"{Alertmanager} is not there, or finds no {TextsOfAlertmanager}; run as root: bench/peers.sh"
            : $"{program} is not there; bench/peers.sh fetches it");
        return "";
    }

    /// <summary>Whether the peer is there, for what is set up before a test can be skipped.</summary>
    public static bool Has(string program) => PathOf(program) is not null;

    /// <summary>Starts a peer and returns when <paramref name="readyUrl"/> answers. Dispose ends it.</summary>
    public static async Task<RunningProgram> StartAsync(string program, string readyUrl, params string[] arguments)
    {
        var peer = RunningProgram.Start(new ProcessStartInfo(Find(program), arguments));
        try
        {
            using var http = new HttpClient { Timeout = Patience.Limit };
            await peer.UntilAsync(async () => (await http.GetAsync(readyUrl)).IsSuccessStatusCode, $"{readyUrl} answered");
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
        return peer;
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
        if (!process.WaitForExit(Patience.Limit)) process.Kill(entireProcessTree: true);
        process.WaitForExit(); // Until the ends of the streams.
        return (process.ExitCode, output.ToString());

        void Keep(string? line)
        {
            if (line is null) return;
            lock (output) output.Append(line).Append('\n');
        }
    }

    /// <remarks>Alertmanager is started by what stands in a folder of its own, and is not there where it would not find its texts.</remarks>
    static string? PathOf(string program) =>
        Roots().Select(root => program == Alertmanager ? Path.Combine(root, "bin", program) : Path.Combine(root, "root", "usr", "bin", program)).FirstOrDefault(File.Exists);

    /// <summary>PEERS_DIR, else <c>.peers</c> of the checkout.</summary>
    public static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("PEERS_DIR") is { Length: > 0 } told) yield return told;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pharos.slnx"))) yield return Path.Combine(folder.FullName, ".peers");
        }
    }
}
