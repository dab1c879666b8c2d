using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Pharos.AspNetCore;

namespace Pharos.Bench.Application;

/// <summary>Counts the bytes that a request through the real Kestrel allocates, without and with its measurement: in turns, since the whole process is counted.</summary>
static class AllocationsCommand
{
    const int Rounds = 3;
    const int Requests = 50_000;

    static readonly byte[] Buffer = new byte[4_096];

    public static async Task<int> RunAsync()
    {
        await using var bare = await StartAsync(isMeasured: false);
        await using var measured = await StartAsync(isMeasured: true);
        using var bareSocket = await ConnectAsync(bare);
        using var measuredSocket = await ConnectAsync(measured);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"handler",-18}{"bare",10}{"measured",10}   B a request"));
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var (name, path) in ((string, string)[])[("completes at once", "/at-once"), ("suspends", "/suspends")])
            {
                var (without, with) = (Count(bareSocket, path), Count(measuredSocket, path));
                if (round > 0) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-18}{without,10:F1}{with,10:F1}")); // The first round warms up.
            }
        }
        return 0;
    }

    static double Count(Socket socket, string path)
    {
        var request = System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < Requests; i++)
        {
            socket.Send(request);
            socket.Receive(Buffer); // The answers have no body and come in one piece.
        }
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Requests;
    }

    static async Task<WebApplication> StartAsync(bool isMeasured)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddPharos(options => (options.Requests.Ids, options.Requests.Lines) = (false, false));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        if (isMeasured) app.UsePharos();
        app.MapGet("/at-once", (RequestDelegate)(_ => Task.CompletedTask));
        app.MapGet("/suspends", (RequestDelegate)(async _ => await Task.Yield()));
        await app.StartAsync();
        return app;
    }

    static async Task<Socket> ConnectAsync(WebApplication app)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.Single()).Port);
        return socket;
    }
}
