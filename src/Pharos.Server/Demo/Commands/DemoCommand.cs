using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Pharos.Server.Config;
using Pharos.Server.Hosting.Commands;
using Pharos.Server.Load;

namespace Pharos.Server.Demo.Commands;

/// <summary><c>pharos demo</c>: a small shop under gentle load, and the server that watches it.</summary>
/// <remarks>Serves the folder <c>monitoring/</c> that lies beside the program; keeps its data in the user's cache folder.</remarks>
static class DemoCommand
{
    const int ShopPort = 8000;
    const int ServerPort = 9090;
    const int VisitsPerSecond = 20;
    const int MaxVisitors = 200;

    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "Folder of the data; otherwise one in the user's cache folder." };
        var command = new Command("demo", "Starts a sample service under load and the server that watches it.") { data };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(data), cancellation));
        return command;
    }

    static async Task<int> RunAsync(string? dataFolder, CancellationToken cancellation)
    {
        var shopPort = FreePort(ShopPort, "Shop");
        var serverPort = FreePort(ServerPort, "Pharos");
        var home = dataFolder ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "pharos", "demo");
        var folder = Configuration(Path.Combine(AppContext.BaseDirectory, "monitoring"), Path.Combine(home, "monitoring"), shopPort, serverPort);
        await using var shop = ShopProcess.Start(shopPort, serverPort, Directory.CreateDirectory(Path.Combine(home, "shop")).FullName);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Shop, the sample service, runs on http://127.0.0.1:{shopPort}; Pharos starts on http://127.0.0.1:{serverPort}."));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var visitors = new LoadRun(Visitors(shopPort), TimeProvider.System);
        var load = visitors.RunAsync(ended.Token);
        try
        {
            return await ServeCommand.Create().Parse(
                [folder, "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{serverPort}"), "--data", Path.Combine(home, "data")])
                .InvokeAsync(cancellationToken: cancellation);
        }
        finally
        {
            await ended.CancelAsync();
            await load;
        }
    }

    /// <summary>What customers do, without end, by the scenario that lies beside the sample service.</summary>
    static LoadPlan Visitors(int shopPort)
    {
        var source = new ConfigSource();
        var steps = ScenarioReader.Read(source, Path.Combine(AppContext.BaseDirectory, "shop", "load.yml"), new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{shopPort}")));
        if (source.HasErrors) throw new InvalidDataException(source.Diagnostics[0].ToString());
        return new() { Steps = steps, Rate = VisitsPerSecond, Duration = Timeout.InfiniteTimeSpan, MaxInFlight = MaxVisitors };
    }

    /// <summary>The wanted port, or the next free one, said aloud.</summary>
    static int FreePort(int wanted, string whose)
    {
        for (var port = wanted; port < wanted + 100; port++)
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                if (port != wanted) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Port {wanted} is in use: {whose} takes {port} instead."));
                return port;
            }
            catch (SocketException)
            {
                // Taken: try the next.
            }
        }
        throw new IOException(string.Create(CultureInfo.InvariantCulture, $"no port from {wanted} to {wanted + 99} is free for {whose}"));
    }

    /// <summary>The shipped folder itself; with other ports than its files name, a copy that names these.</summary>
    static string Configuration(string shipped, string copy, int shopPort, int serverPort)
    {
        if (shopPort == ShopPort && serverPort == ServerPort) return shipped;
        if (Directory.Exists(copy)) Directory.Delete(copy, recursive: true);
        foreach (var file in Directory.EnumerateFiles(shipped, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(shipped, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, File.ReadAllText(file)
                .Replace("127.0.0.1:8000", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{shopPort}"), StringComparison.Ordinal)
                .Replace("127.0.0.1:9090", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{serverPort}"), StringComparison.Ordinal));
        }
        return copy;
    }
}
