using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Metrics;

namespace Pharos.Bench.Application;

/// <summary>Bytes allocated by a request through the real Kestrel, without and with its measurement. The times hold a round trip over loopback and say little.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class KestrelBenchmarks
{
    readonly byte[] buffer = new byte[4_096];
    readonly List<WebApplication> apps = [];
    Socket bare = null!, measured = null!;

    [GlobalSetup]
    public void Setup() => (bare, measured) = (StartAsync(isMeasured: false).GetAwaiter().GetResult(), StartAsync(isMeasured: true).GetAwaiter().GetResult()); // An asynchronous one is not awaited in process.

    [GlobalCleanup]
    public async Task Cleanup()
    {
        bare.Dispose();
        measured.Dispose();
        foreach (var app in apps) await app.DisposeAsync();
    }

    [Benchmark(Description = "bare", Baseline = true), BenchmarkCategory("completes at once")]
    public int Bare() => Request(bare, "GET /at-once HTTP/1.1\r\nHost: x\r\n\r\n"u8);

    [Benchmark(Description = "measured"), BenchmarkCategory("completes at once")]
    public int Measured() => Request(measured, "GET /at-once HTTP/1.1\r\nHost: x\r\n\r\n"u8);

    [Benchmark(Description = "bare", Baseline = true), BenchmarkCategory("suspends")]
    public int BareSuspended() => Request(bare, "GET /suspends HTTP/1.1\r\nHost: x\r\n\r\n"u8);

    [Benchmark(Description = "measured"), BenchmarkCategory("suspends")]
    public int MeasuredSuspended() => Request(measured, "GET /suspends HTTP/1.1\r\nHost: x\r\n\r\n"u8);

    int Request(Socket socket, ReadOnlySpan<byte> request)
    {
        socket.Send(request);
        return socket.Receive(buffer); // The answers have no body and come in one piece.
    }

    async Task<Socket> StartAsync(bool isMeasured)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddPharos();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        if (isMeasured) app.UsePharosMetrics();
        app.MapGet("/at-once", (RequestDelegate)(_ => Task.CompletedTask));
        app.MapGet("/suspends", (RequestDelegate)(async _ => await Task.Yield()));
        await app.StartAsync();
        apps.Add(app);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.Single()).Port);
        return socket;
    }
}
