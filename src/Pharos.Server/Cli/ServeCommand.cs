using System.CommandLine;
using Pharos.Server.Config;
using Pharos.Server.Hosting;

namespace Pharos.Server.Cli;

/// <summary><c>pharos serve FOLDER</c>, or with Prometheus' own flags.</summary>
static class ServeCommand
{
    public static Command Create()
    {
        var folder = new Argument<string?>("folder") { Arity = ArgumentArity.ZeroOrOne, Description = "Folder with prometheus.yml and its kin." };
        var listen = new Option<string>("--listen") { Description = "Address to listen on.", DefaultValueFactory = _ => "127.0.0.1:9090" };
        var data = new Option<string>("--data") { Description = "Folder of the data.", DefaultValueFactory = _ => "data" };
        var command = new Command("serve", "Runs the server.") { folder, listen, data };
        command.SetAction(async (parsed, _) =>
        {
            var options = new ServeOptions { Listen = [parsed.GetRequiredValue(listen)], DataFolder = Path.GetFullPath(parsed.GetRequiredValue(data)) };
            await using var server = await PharosServer.StartAsync(options, PrometheusConfig.Empty, TimeProvider.System);
            await server.WaitForShutdownAsync();
            return 0;
        });
        return command;
    }
}
