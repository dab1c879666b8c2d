using System.Buffers.Binary;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Text;
using Pharos.Server.Doors;
using Pharos.Server.Queries;
using Pharos.Server.Wire;
using Pharos.Storage.Bytes;
using Snappier;

namespace Pharos.Server.Metrics.RemoteRead;

/// <summary><c>POST /api/v1/read</c>: the samples of some selectors for another engine.</summary>
/// <remarks>
/// <para>Answers: the first kind that the client names: plain samples in one snappy block, or a stream of frames with chunks of floats and of native
/// histograms: length, CRC32C, message. A frame is read on a thread of the scheduler, which is free again while it goes out: what is in memory is one frame,
/// whatever was asked for, and a client that does not read holds no thread.</para>
/// <para>Limits: <c>--storage.remote.read-concurrent-limit</c> requests at once, <c>read-sample-limit</c> samples a request,
/// <see cref="MaxPlainBytes"/> of a plain answer, <see cref="MaxRequestBytes"/> of a request. A stream, its writing included, is over within
/// <c>--query.timeout</c>; a plain answer is taken within as much again.</para>
/// <para>Source: Prometheus remote read API (facts).</para>
/// </remarks>
sealed class RemoteReadDoor(ISeriesSource source, QueryScheduler scheduler, MetricsOptions options, TimeSpan queryTimeout, Func<LabelSet> externalLabels) : IDisposable
{
    const int MaxRequestBytes = 4 << 20;
    const long MaxRequestBytesInWork = 64L << 20;
    const int MaxPlainBytes = 256 << 20;
    const int FrameBytes = 1 << 20;

    readonly SemaphoreSlim places = new(Math.Max(1, options.RemoteReadConcurrency));

    public void Dispose() => places.Dispose();

    public void Map(DoorTable doors) => doors.Map(
        Door.Query("/api/v1/read", "remote read: samples for another engine") with { Methods = ["POST"], Faults = FaultFormat.Text, Body = new(MaxRequestBytes, MaxRequestBytesInWork) },
        AnswerAsync);

    async Task AnswerAsync(ApiCall call)
    {
        try
        {
            var request = await ReadRequestAsync(call); // Before a place is taken: a client that sends nothing keeps none from others.
            if (!await places.WaitAsync(queryTimeout, call.ClientGone)) throw new ApiFaultException(FaultKind.Timeout, "too many remote reads at once");
            try
            {
                if (request.WantsSamples) await AnswerPlainAsync(call, request);
                else await StreamAsync(call, request);
            }
            finally
            {
                places.Release();
            }
        }
        catch (Exception error) when (error is MalformedRequestException or Re2SyntaxException)
        {
            throw ApiFaultException.BadData(error.Message);
        }
    }

    async Task AnswerPlainAsync(ApiCall call, ReadRequest request)
    {
        var context = call.Context;
        var answer = await scheduler.RunAsync(cancellation => ReadPlain(request, cancellation), queryTimeout, context.RequestAborted);
        context.Response.ContentType = "application/x-protobuf";
        context.Response.Headers.ContentEncoding = "snappy";
        using var deadline = new AnswerDeadline(context, call.Limits);
        await deadline.WaitAsync(context.Response.Body.WriteAsync(answer, context.RequestAborted));
    }

    byte[] ReadPlain(ReadRequest request, CancellationToken cancellation)
    {
        var reader = new ReadAnswer(source, externalLabels(), options.RemoteReadSampleLimit);
        var message = new ProtoWriter();
        foreach (var query in request.Queries)
        {
            var result = new ProtoWriter();
            foreach (var series in reader.Read(query, asChunks: false, cancellation))
            {
                if (message.Written.Length + result.Written.Length + series.Written.Length > MaxPlainBytes) throw ApiFaultException.BadData($"the answer passes {MaxPlainBytes} bytes; ask for less at once or accept streamed chunks");
                result.Message(1, series);
            }
            message.Message(1, result);
        }
        return Snappy.CompressToArray(message.Written);
    }

    async Task StreamAsync(ApiCall call, ReadRequest request)
    {
        using var late = new CancellationTokenSource(queryTimeout, call.Limits.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(late.Token, call.ClientGone);
        try
        {
            await StreamAsync(call.Context.Response, request, ended.Token);
        }
        catch (Exception error) when (late.IsCancellationRequested && error is OperationCanceledException or QueryRefusedException { Reason: QueryRefusal.Abandoned })
        {
            throw new ApiFaultException(FaultKind.Timeout, $"the answer was not read and taken within {queryTimeout.TotalSeconds:0.###} s");
        }
    }

    async Task StreamAsync(HttpResponse response, ReadRequest request, CancellationToken ended)
    {
        response.ContentType = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";
        var reader = new ReadAnswer(source, externalLabels(), options.RemoteReadSampleLimit);
        var frame = new ProtoWriter();
        for (var index = 0; index < request.Queries.Count; index++)
        {
            using var series = reader.Read(request.Queries[index], asChunks: true, ended).GetEnumerator();
            for (var isMore = true; isMore;)
            {
                isMore = await scheduler.RunAsync(_ => Fill(frame, series), queryTimeout, ended);
                if (frame.Written.IsEmpty) continue;
                frame.Varint(2, (ulong)index);
                await response.Body.WriteAsync(Frame(frame.Written), ended);
                frame.Clear();
            }
        }
    }

    /// <returns>Whether there may be more.</returns>
    static bool Fill(ProtoWriter frame, IEnumerator<ProtoWriter> series)
    {
        while (frame.Written.Length < FrameBytes)
        {
            if (!series.MoveNext()) return false;
            frame.Message(1, series.Current);
        }
        return true;
    }

    static byte[] Frame(ReadOnlySpan<byte> message)
    {
        var head = new ProtoWriter();
        head.RawVarint((ulong)message.Length);
        var frame = new byte[head.Written.Length + sizeof(uint) + message.Length];
        head.Written.CopyTo(frame);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(head.Written.Length), Crc32C.Of(message));
        message.CopyTo(frame.AsSpan(head.Written.Length + sizeof(uint)));
        return frame;
    }

    static async Task<ReadRequest> ReadRequestAsync(ApiCall call)
    {
        using var body = await call.ReadBodyAsync();
        return ReadRequest.Parse(Unpack(body.Bytes.Span));
    }

    static byte[] Unpack(ReadOnlySpan<byte> block)
    {
        var length = SnappyBlock.DecodedLength(block);
        if (length > MaxRequestBytes) throw new MalformedRequestException($"request of {length} bytes when decoded; at most {MaxRequestBytes} are taken");
        var message = new byte[length + SnappyBlock.Slack];
        SnappyBlock.Decode(block, message);
        return message[..length];
    }
}
