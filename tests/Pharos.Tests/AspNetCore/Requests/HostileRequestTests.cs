using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pharos.Tests.AspNetCore.Requests;

/// <summary>Bytes that no well-meaning client sends, straight to the socket: the service answers, its log stays lines of JSON, its metrics stay few.</summary>
public sealed class HostileRequestTests
{
    [Fact]
    public async Task Request_ids_of_any_bytes_are_refused_or_replaced_and_never_reach_log_or_answer()
    {
        await using var service = await StartAsync();
        for (var value = 1; value < 256; value++)
        {
            if (value is '\n' or '\r') continue; // They end the header.
            var answer = await SendAsync(service, [.. "GET /orders/7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-ID: a"u8, (byte)value, .. "b\r\n\r\n"u8]);

            if (answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal)) continue; // Kestrel knows some as no header.
            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
            var id = answer.Split("X-Request-ID: ")[1].Split("\r\n")[0];
            if (id == $"a{(char)value}b") Assert.True(char.IsAsciiLetterOrDigit((char)value) || "-_.:/+=@".Contains((char)value, StringComparison.Ordinal), $"{value:x2} was taken");
            else Assert.True(Guid.TryParse(id, out _), id);
        }
        Assert.All(service.Lines, line => Assert.Equal(JsonValueKind.Object, line.ValueKind));
        Assert.DoesNotContain(service.Log, letter => letter is < ' ' and not '\n' or '\u007f');
    }

    [Theory]
    [InlineData("/orders/%00%01%1b[31m%0a{\"level\":\"x\"}")]
    [InlineData("/%0d%0aSet-Cookie:%20a=b")]
    [InlineData("/orders/%ff%fe%c0%80")]
    [InlineData("/orders/\u001b")]
    [InlineData("/orders/\u00e4\u00ff")]
    [InlineData("/orders/%ed%a0%80")]
    [InlineData("/orders/..%2f..%2fetc%2fpasswd?password=hunter2&x=%00")]
    [InlineData("//evil.example/orders/7")]
    [InlineData("http://evil.example/orders/7?token=t0p")]
    public async Task Paths_with_control_characters_make_one_line_of_JSON_and_no_series_of_their_own(string path)
    {
        await using var service = await StartAsync();

        var answer = await SendAsync(service, Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));

        Assert.Matches("^HTTP/1.1 (200|400|404) ", answer);
        Assert.DoesNotContain("Set-Cookie", answer, StringComparison.Ordinal);
        Assert.All(service.Lines, line => Assert.Equal(JsonValueKind.Object, line.ValueKind));
        Assert.DoesNotContain("hunter2", service.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("t0p", service.Log, StringComparison.Ordinal);
        var metrics = await service.Client.GetStringAsync("/metrics", Cancellation);
        Assert.All(metrics.Split('\n').Where(line => line.StartsWith("http_requests_total{", StringComparison.Ordinal)), line => Assert.Matches("endpoint=\"(/orders/{id}|unmatched)\"", line));
    }

    [Fact]
    public async Task Headers_of_a_megabyte_cost_a_bounded_line()
    {
        await using var service = await StartAsync();
        foreach (var header in (string[])["X-Request-ID", "User-Agent", "traceparent", "tracestate", "baggage", "Referer", "Accept", "Cookie"])
        {
            var answer = await SendAsync(service, Encoding.ASCII.GetBytes($"GET {(header == "Accept" ? "/metrics" : "/orders/7")} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header}: {new string('a', 1 << 20)}\r\n\r\n"));

            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        }
        Assert.InRange(service.Log.Split('\n').Max(line => line.Length), 1, 70_000);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static Task<SomeService> StartAsync() => SomeService.StartAsync(app => app.MapGet("/orders/{id}", (string id, HttpContext context, ILoggerFactory loggers) =>
    {
        loggers.CreateLogger("Shop").LogInformation("Looked {Id} up at {Path}{Query}", id, context.Request.Path, context.Request.QueryString);
        return "ok";
    }));

    static async Task<string> SendAsync(SomeService service, byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(service.Client.BaseAddress!.Host, service.Client.BaseAddress.Port, Cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync(request, Cancellation);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, Cancellation);
        return Encoding.Latin1.GetString(answer.ToArray());
    }
}
