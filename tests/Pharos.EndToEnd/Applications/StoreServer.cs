using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>A real Redis or PostgreSQL in a folder of its own, on a free port, ended with the test.</summary>
sealed class StoreServer : IAsyncDisposable
{
    readonly Process process;
    readonly TemporaryFolder folder;
    bool isEnded;

    StoreServer(Process process, TemporaryFolder folder, int port) => (this.process, this.folder, Port) = (process, folder, port);

    public int Port { get; }

    /// <param name="more">Settings, such as <c>--requirepass x</c>. <c>{port}</c> is the port.</param>
    public static StoreServer Redis(params string[] more)
    {
        var program = Peers.Find("redis-server");
        var folder = new TemporaryFolder();
        var port = PharosProcess.FreePort();
        var text = port.ToString(CultureInfo.InvariantCulture);
        string[] arguments = ["--bind", "127.0.0.1", "--save", "", "--dir", folder.Path, .. more.Contains("--tls-port") ? [] : (string[])["--port", text], .. more.Select(one => one == "{port}" ? text : one)];
        return new(Start(program, program, arguments), folder, port);
    }

    public static async Task<StoreServer> PostgreSqlAsync()
    {
        var bin = PostgreSqlBin();
        var folder = new TemporaryFolder();
        var port = PharosProcess.FreePort();
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111); // Its own user must be able to enter.
        using (var initdb = StartAs(bin, "initdb", "-D", folder.Data, "-U", "postgres", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"))
        {
            await initdb.WaitForExitAsync();
            Assert.Equal(0, initdb.ExitCode);
        }
        var server = new StoreServer(StartAs(bin, "postgres", "-D", folder.Data, "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder.Path}", "-c", "fsync=off"), folder, port);
        await Eventually.HoldsAsync(() => server.TakesConnectionsAsync(), () => "PostgreSQL is ready");
        return server;
    }

    /// <summary>Of Npgsql, for the PostgreSQL.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres");

    /// <remarks>A test that ends it midway ends it twice.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (isEnded) return;
        isEnded = true;
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Dispose();
    }

    async Task<bool> TakesConnectionsAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Where <c>bench/peers.sh</c> unpacked it, else where the machine has it.</summary>
    static string PostgreSqlBin()
    {
        var unpacked = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Peers.Find("redis-server"))!, "..", "lib", "postgresql"));
        foreach (var root in (string[])[unpacked, "/usr/lib/postgresql"])
        {
            if (Directory.Exists(root) && Directory.GetDirectories(root).Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres"))) is { } found) return found;
        }
        Assert.Skip("PostgreSQL is not there; bench/peers.sh fetches it");
        return "";
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    static Process StartAs(string bin, string program, params string[] arguments) => Environment.UserName == "root"
        ? Start("runuser", Path.Combine(bin, program), ["-u", PostgreSqlUser(), "--", Path.Combine(bin, program), .. arguments])
        : Start(Path.Combine(bin, program), Path.Combine(bin, program), arguments);

    static string PostgreSqlUser() => File.ReadAllLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    /// <param name="program">The one whose own libraries lie beside it when it was unpacked and not installed.</param>
    static Process Start(string file, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/tmp" };
        for (var folder = Path.GetDirectoryName(program); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            foreach (var libraries in Directory.Exists(Path.Combine(folder, "lib")) ? Directory.GetDirectories(Path.Combine(folder, "lib"), "*-linux-gnu") : []) start.Environment["LD_LIBRARY_PATH"] = libraries;
            if (start.Environment.ContainsKey("LD_LIBRARY_PATH")) break;
        }
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }
}
