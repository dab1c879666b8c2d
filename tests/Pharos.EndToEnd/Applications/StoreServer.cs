using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Applications;

/// <summary>A real Redis or PostgreSQL in a folder of its own, on a free port, ended with the test.</summary>
sealed class StoreServer : IAsyncDisposable
{
    readonly RunningProgram program;
    readonly TemporaryFolder folder;
    bool isEnded;

    StoreServer(RunningProgram program, TemporaryFolder folder, int port) => (this.program, this.folder, Port) = (program, folder, port);

    public int Port { get; }

    /// <param name="more">Settings, such as <c>--requirepass x</c>. <c>{port}</c> is the port.</param>
    public static async Task<StoreServer> RedisAsync(params string[] more)
    {
        var path = Peers.Find("redis-server");
        var folder = new TemporaryFolder();
        var port = PharosProcess.FreePort();
        var text = port.ToString(CultureInfo.InvariantCulture);
        string[] own = more.Contains("--tls-port") ? [] : ["--port", text];
        var start = new ProcessStartInfo(path, ["--bind", "127.0.0.1", "--save", "", "--dir", folder.Path, .. own, .. more.Select(one => one == "{port}" ? text : one)]);
        if (LibrariesBeside(path) is { } libraries) start.Environment["LD_LIBRARY_PATH"] = libraries;
        return await ReadyAsync(new(RunningProgram.Start(start), folder, port), "Redis", async () =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
        });
    }

    public static async Task<StoreServer> PostgreSqlAsync()
    {
        var binaries = await PostgreSqlBinaries.FindAsync();
        var folder = new TemporaryFolder("/tmp");
        var port = PharosProcess.FreePort();
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111); // Its own user must be able to enter.
        await using (var initdb = RunningProgram.Start(binaries.Start("initdb", "-D", folder.Data, "-U", "postgres", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8")))
        {
            if (await initdb.ExitCodeAsync() is not 0 and var code) Assert.Fail($"initdb ended with code {code}: {await initdb.LastLineAsync()}\n{initdb.Output}");
        }
        var start = binaries.Start("postgres", "-D", folder.Data, "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder.Path}", "-c", "fsync=off");
        var server = new StoreServer(RunningProgram.Start(start), folder, port);
        return await ReadyAsync(server, "PostgreSQL", async () =>
        {
            await using var connection = new NpgsqlConnection($"{server.ConnectionString};Pooling=false");
            await connection.OpenAsync();
        });
    }

    /// <summary>Of Npgsql, for the PostgreSQL.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=postgres;Timeout={Patience.Limit.TotalSeconds}");

    /// <summary>The libraries that lie beside a program which was unpacked and not installed.</summary>
    public static string? LibrariesBeside(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var lib = Path.Combine(folder, "lib");
            if (Directory.Exists(lib) && Directory.GetDirectories(lib, "*-linux-gnu").FirstOrDefault() is { } found) return found;
        }
        return null;
    }

    /// <remarks>A test that ends it midway ends it twice.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (isEnded) return;
        isEnded = true;
        await program.DisposeAsync();
        folder.Dispose();
    }

    static async Task<StoreServer> ReadyAsync(StoreServer server, string name, Func<Task> connect)
    {
        try
        {
            await server.program.UntilAsync(
                async () =>
                {
                    try
                    {
                        await connect();
                        return true;
                    }
                    catch (Exception error) when (error is SocketException or NpgsqlException)
                    {
                        return false;
                    }
                },
                $"{name} took connections");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        return server;
    }
}
