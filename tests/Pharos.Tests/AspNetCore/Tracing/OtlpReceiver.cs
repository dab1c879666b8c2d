using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Pharos.Tests.AspNetCore.Tracing;

/// <summary>Takes spans by OTLP, as gRPC and as protobuf over HTTP, reads every field and refuses what is malformed.</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ConcurrentQueue<ReceivedSpan> spans = new();

    OtlpReceiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<string> Faults { get; } = [];

    public ConcurrentQueue<Dictionary<string, string>> Headers { get; } = [];

    /// <summary>HTTP status, or gRPC status when below 100, to answer with.</summary>
    public int Refuse { get; set; }

    public Uri Http => new(app.Urls.First());

    public Uri Grpc => new(app.Urls.Last());

    public IReadOnlyList<ReceivedSpan> Spans => [.. spans];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", receiver.TakeHttpAsync);
        app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", receiver.TakeGrpcAsync);
        app.MapFallback((HttpContext context) => receiver.Faults.Enqueue($"{context.Request.Method} {context.Request.Path}"));
        await app.StartAsync();
        return receiver;
    }

    public async Task<IReadOnlyList<ReceivedSpan>> WaitAsync(int count)
    {
        await Eventually.HoldsAsync(() => !Faults.IsEmpty || spans.Count >= count, $"{count} spans arrive");
        Assert.Empty(Faults);
        return Spans;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    async Task TakeHttpAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        if (context.Request.ContentType != "application/x-protobuf") Faults.Enqueue($"content type {context.Request.ContentType}");
        if (Refuse > 0) context.Response.StatusCode = Refuse;
        else Read(body);
        context.Response.ContentType = "application/x-protobuf";
    }

    async Task TakeGrpcAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        context.Response.ContentType = "application/grpc";
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true || context.Request.Headers.TE != "trailers") Faults.Enqueue("no gRPC request");
        if (Refuse > 0)
        {
            context.Response.Headers["grpc-status"] = $"{Refuse}";
            return;
        }
        var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1));
        if (length != body.Length - 5) Faults.Enqueue($"a message of {length} bytes in a body of {body.Length}");
        var message = body[5..];
        if (body[0] == 1)
        {
            using var plain = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(message), CompressionMode.Decompress)) await gzip.CopyToAsync(plain);
            message = plain.ToArray();
        }
        Read(message);
        await context.Response.StartAsync();
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    async Task<byte[]> BodyAsync(HttpContext context)
    {
        Headers.Enqueue(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    void Read(byte[] message)
    {
        try
        {
            foreach (var (_, resourceSpans) in Fields(message, 1))
            {
                var resource = Attributes(Fields(resourceSpans, 1).Single().Bytes, 1);
                foreach (var (_, scopeSpans) in Fields(resourceSpans, 2))
                {
                    var scope = Encoding.UTF8.GetString(Fields(Fields(scopeSpans, 1).Single().Bytes, 1).Single().Bytes);
                    foreach (var (_, span) in Fields(scopeSpans, 2)) spans.Enqueue(Span(span, scope, resource));
                }
            }
        }
        catch (Exception fault)
        {
            Faults.Enqueue(fault.ToString());
        }
    }

    static ReceivedSpan Span(byte[] span, string scope, Dictionary<string, string> resource)
    {
        var trace = Fields(span, 1).Single().Bytes;
        var id = Fields(span, 2).Single().Bytes;
        if (trace.Length != 16 || id.Length != 8) throw new FormatException("ids have the wrong length");
        var parent = Fields(span, 4).Select(field => Convert.ToHexStringLower(field.Bytes)).FirstOrDefault() ?? "";
        var (start, end) = (BinaryPrimitives.ReadUInt64LittleEndian(Fields(span, 7).Single().Bytes), BinaryPrimitives.ReadUInt64LittleEndian(Fields(span, 8).Single().Bytes));
        if (end < start) throw new FormatException("ends before its start");
        return new ReceivedSpan(Convert.ToHexStringLower(trace), Convert.ToHexStringLower(id), parent, Encoding.UTF8.GetString(Fields(span, 5).Single().Bytes), scope, Attributes(span, 9), resource);
    }

    static Dictionary<string, string> Attributes(byte[] message, int number) => Fields(message, number).ToDictionary(
        field => Encoding.UTF8.GetString(Fields(field.Bytes, 1).Single().Bytes),
        field => Value(Fields(field.Bytes, 2).Single().Bytes),
        StringComparer.Ordinal);

    static string Value(byte[] any)
    {
        foreach (var (kind, bytes) in Fields(any, 0)) return kind == 1 ? Encoding.UTF8.GetString(bytes) : kind == 3 ? $"{BinaryPrimitives.ReadInt64LittleEndian(bytes)}" : Convert.ToHexStringLower(bytes);
        return "";
    }

    /// <summary>The fields of a message with a number, or all; numbers become their eight bytes.</summary>
    static List<(int Number, byte[] Bytes)> Fields(byte[] message, int number)
    {
        var found = new List<(int, byte[])>();
        for (var at = 0; at < message.Length;)
        {
            var tag = (int)Varint(message, ref at);
            byte[] bytes;
            switch (tag & 7)
            {
                case 0:
                    bytes = BitConverter.GetBytes(Varint(message, ref at));
                    break;
                case 1:
                    bytes = message[at..(at + 8)];
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    bytes = message[at..(at + length)];
                    at += length;
                    break;
                case 5:
                    bytes = message[at..(at + 4)];
                    at += 4;
                    break;
                default:
                    throw new FormatException($"wire type {tag & 7}");
            }
            if (number == 0 || tag >> 3 == number) found.Add((tag >> 3, bytes));
        }
        return found;
    }

    static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}

sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, string Scope, Dictionary<string, string> Attributes, Dictionary<string, string> Resource);
