using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Pharos.Model.Diagnostics;
using Pharos.Server.Cli;
using Pharos.Server.Hosting.Loading;

namespace Pharos.Server.Hosting.Commands;

/// <summary><c>pharos serve FOLDER</c>, or with Prometheus' own flags.</summary>
static class ServeCommand
{
    public static Command Create()
    {
        var folder = new Argument<string?>("folder") { Arity = ArgumentArity.ZeroOrOne, Description = "Folder with prometheus.yml and its kin; the current one by default." };
        var listen = new Option<string[]>("--listen") { Description = "Address to listen on, 127.0.0.1:9090 by default; may be given several times." };
        var data = new Option<string?>("--data") { Description = "Folder of the data, ./data by default." };
        var alertmanager = new Option<string?>("--alertmanager") { Description = "An alertmanager.yml to route alerts by; without a folder, that is all that is served." };
        var memory = new Option<string?>("--memory") { Description = "Most memory to use, such as 2GB; at least 96MB." };
        var command = new Command("serve", "Runs the server. All flags of Prometheus and Alertmanager work under their own names.") { folder, listen, data, alertmanager, memory };
        var flagOptions = PrometheusFlags.CreateOptions(command);
        command.SetAction((parsed, _) => RunAsync(
            new FlagValues(parsed, flagOptions), new(parsed.GetValue(folder), parsed.GetValue(listen) ?? [], parsed.GetValue(data), parsed.GetValue(alertmanager), parsed.GetValue(memory))));
        return command;
    }

    static async Task<int> RunAsync(FlagValues flags, ServeArguments arguments)
    {
        var reader = new ServeOptionsReader(flags);
        var options = reader.Read(arguments);
        if (reader.Faults.Count > 0)
        {
            foreach (var fault in reader.Faults) await Console.Error.WriteLineAsync($"pharos: {fault}");
            return 1;
        }
        options.Memory?.Apply();
        var loader = new ConfigLoader(options);
        var loaded = loader.Load();
        if (loaded.HasErrors)
        {
            foreach (var diagnostic in loaded.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error)) await Console.Error.WriteLineAsync(diagnostic.ToString());
            await Console.Error.WriteLineAsync("pharos: the configuration cannot be used; nothing was started");
            return 1;
        }
        try
        {
            await using var server = await PharosServer.StartAsync(options, loader, loaded, TimeProvider.System);
            await server.WaitForShutdownAsync();
            return 0;
        }
        catch (IOException error)
        {
            await Console.Error.WriteLineAsync($"pharos: {Explain(error, options)}");
            return 1;
        }
        catch (SocketException error)
        {
            await Console.Error.WriteLineAsync($"pharos: cannot listen on {Listening(options)}: {error.Message}; write an address of this machine, such as 127.0.0.1:9090");
            return 1;
        }
    }

    static string Listening(ServeOptions options) => string.Join(", ", options.Web.Listen);

    static string Explain(IOException error, ServeOptions options)
    {
        if (error.InnerException is not AddressInUseException) return error.Message;
        foreach (var address in options.Web.Listen)
        {
            if (PortOwner.Find(address.Port) is { } owner) return string.Create(CultureInfo.InvariantCulture, $"port {address.Port} is in use by {owner}; end it, or choose another by --listen");
        }
        return $"{Listening(options)} is in use by another process; end it, or choose another by --listen";
    }
}
