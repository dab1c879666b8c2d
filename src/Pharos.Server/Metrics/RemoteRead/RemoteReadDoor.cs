using System.Buffers.Binary;
using IronSnappy;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Text;
using Pharos.Server.Hosting;
using Pharos.Server.Hosting.Api;
using Pharos.Server.Metrics.Api;
using Pharos.Server.Metrics.Wire;

namespace Pharos.Server.Metrics.RemoteRead;

/// <summary><c>POST /api/v1/read</c>: the samples of some selectors for another engine.</summary>
/// <remarks>
/// <para>Answers: the first kind that the client names: plain samples in one snappy block, or a stream of frames with chunks of floats and of native
/// histograms: length, CRC32C, message; each piece goes out before the next is read.</para>
/// <para>Limits: <c>--storage.remote.read-concurrent-limit</c> requests at once, <c>read-sample-limit</c> samples a request,
/// <see cref="MaxPlainBytes"/> of a plain answer, <see cref="MaxRequestBytes"/> of a request.</para>
/// <para>Source: Prometheus remote read API (facts).</para>
/// </remarks>
sealed class RemoteReadDoor(ISeriesSource source, QueryScheduler scheduler, ServeOptions options, Func<LabelSet> externalLabels) : IDisposable
{
    const int MaxRequestBytes = 4 << 20;
    const int MaxPlainBytes = 256 << 20;
    const int FrameBytes = 1 << 20;

    readonly SemaphoreSlim places = new(Math.Max(1, options.RemoteReadConcurrency));

    public void Dispose() => places.Dispose();

    public async Task HandleAsync(HttpContext context)
    {
        if (!await places.WaitAsync(options.QueryTimeout, context.RequestAborted))
        {
            await TellAsync(context, StatusCodes.Status503ServiceUnavailable, "too many remote reads at once");
            return;
        }
        try
        {
            var request = ReadRequest.Parse(await ReadBodyAsync(context));
            if (request.WantsSamples) await AnswerPlainAsync(context, request);
            else await StreamAsync(context, request);
        }
        catch (Exception error) when (error is MalformedRequestException or Re2SyntaxException)
        {
            await TellAsync(context, StatusCodes.Status400BadRequest, error.Message);
        }
        catch (ApiFaultException error)
        {
            await TellAsync(context, error.Kind.Status(), error.Message);
        }
        finally
        {
            places.Release();
        }
    }

    async Task AnswerPlainAsync(HttpContext context, ReadRequest request)
    {
        var answer = await scheduler.RunAsync(cancellation => ReadPlain(request, cancellation), options.QueryTimeout, context.RequestAborted);
        context.Response.ContentType = "application/x-protobuf";
        context.Response.Headers.ContentEncoding = "snappy";
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    byte[] ReadPlain(ReadRequest request, CancellationToken cancellation)
    {
        var reader = new ReadAnswer(source, externalLabels(), options.RemoteReadSampleLimit);
        var message = new ProtoWriter();
        foreach (var query in request.Queries)
        {
            var result = new ProtoWriter();
            reader.Read(query, asChunks: false, Take, cancellation);
            message.Message(1, result);

            void Take(ProtoWriter series)
            {
                if (message.Written.Length + result.Written.Length + series.Written.Length > MaxPlainBytes) throw ApiFaultException.BadData($"the answer passes {MaxPlainBytes} bytes; ask for less at once or accept streamed chunks");
                result.Message(1, series);
            }
        }
        return Snappy.Encode(message.Written);
    }

    async Task StreamAsync(HttpContext context, ReadRequest request)
    {
        context.Response.ContentType = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";
        var reader = new ReadAnswer(source, externalLabels(), options.RemoteReadSampleLimit);
        for (var index = 0; index < request.Queries.Count; index++)
        {
            var query = request.Queries[index];
            var number = (ulong)index;
            // The reading thread waits for the client at each frame: what is in memory is one frame, whatever was asked for.
            await scheduler.RunAsync(
                cancellation =>
                {
                    var frame = new ProtoWriter();
                    reader.Read(query, asChunks: true, Take, cancellation);
                    Send(frame);
                    return true;

                    void Take(ProtoWriter series)
                    {
                        frame.Message(1, series);
                        if (frame.Written.Length >= FrameBytes) Send(frame);
                    }
                },
                options.QueryTimeout,
                context.RequestAborted);

            void Send(ProtoWriter frame)
            {
                if (frame.Written.IsEmpty) return;
                frame.Varint(2, number);
                context.Response.Body.WriteAsync(Frame(frame.Written), context.RequestAborted).AsTask().GetAwaiter().GetResult();
                frame.Clear();
            }
        }
    }

    static byte[] Frame(ReadOnlySpan<byte> message)
    {
        var head = new ProtoWriter();
        head.RawVarint((ulong)message.Length);
        var frame = new byte[head.Written.Length + sizeof(uint) + message.Length];
        head.Written.CopyTo(frame);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(head.Written.Length), Castagnoli.Of(message));
        message.CopyTo(frame.AsSpan(head.Written.Length + sizeof(uint)));
        return frame;
    }

    static async Task<byte[]> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxRequestBytes) throw ApiFaultException.BadData($"request of more than {MaxRequestBytes} bytes");
        using var body = new MemoryStream();
        var piece = new byte[16 << 10];
        for (int read; (read = await context.Request.Body.ReadAsync(piece, context.RequestAborted)) > 0;)
        {
            body.Write(piece, 0, read);
            if (body.Length > MaxRequestBytes) throw ApiFaultException.BadData($"request of more than {MaxRequestBytes} bytes");
        }
        return Unpack(body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    static byte[] Unpack(ReadOnlySpan<byte> block)
    {
        var length = SnappyBlock.DecodedLength(block);
        if (length > MaxRequestBytes) throw new MalformedRequestException($"request of {length} bytes when decoded; at most {MaxRequestBytes} are taken");
        var message = new byte[length + SnappyBlock.Slack];
        SnappyBlock.Decode(block, message);
        return message[..length];
    }

    static async Task TellAsync(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(message + "\n");
    }
}
