using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Pharos.Model.Writing;
using Pharos.Server.Doors;
using Pharos.Server.Metrics.Exemplars;
using Pharos.Server.Metrics.Metadata;
using Pharos.Server.Wire;

namespace Pharos.Server.Metrics.RemoteWrite;

/// <summary><c>POST /api/v1/write</c>: remote write 1.0 and 2.0.</summary>
/// <remarks>
/// <para>Answers: 204 when everything is on disk (after <see cref="ISeriesSink.FlushAsync"/>, never before); 400 with a line a reason when
/// something can never be stored, the rest being stored; 413 and 415 for bodies that are too large or of another kind; 503 when the store
/// takes nothing now. Senders repeat 5xx and drop on 4xx, so a retry can help exactly where it is asked for. A request that was stored and is
/// sent again is not an error: equal samples are taken as stored.</para>
/// <para>Version 2.0 answers carry the counts in <c>X-Prometheus-Remote-Write-*-Written</c>.</para>
/// <para>Limits: <see cref="RemoteWriteLimits"/>; the walk of a request (some ms) runs for at most two requests a core at once.</para>
/// <para>Source: Prometheus Remote-Write 1.0 and 2.0 specifications (facts).</para>
/// </remarks>
sealed partial class RemoteWriteDoor(
    ISeriesSink sink, ExemplarRing exemplars, MetadataCatalogue metadata, RemoteWriteLimits limits, ILogger logger) : IDisposable
{
    const int MaxWalks = 3;
    const string RetryAfterSeconds = "5";

    readonly SemaphoreSlim walkers = new(Environment.ProcessorCount * 2);
    readonly ConcurrentBag<(SeriesIntake Intake, WriteRequestV2 V2)> idle = [];

    enum Version
    {
        Unknown,
        V1,
        V2,
    }

    public void Map(DoorTable doors) =>
        doors.Map(Door.Push("/api/v1/write", "remote write 1.0 and 2.0") with { Body = new(limits.MaxBodyBytes, limits.MaxBytesInWork) }, AnswerAsync);

    async Task AnswerAsync(ApiCall call)
    {
        var request = call.Context.Request;
        var version = VersionOf(request.ContentType);
        if (version == Version.Unknown)
        {
            await call.RefuseAsync(FaultKind.UnsupportedKind, $"content type \"{request.ContentType}\" is not remote write; send application/x-protobuf, with proto=io.prometheus.write.v2.Request for version 2.0");
            return;
        }
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("snappy", StringComparison.OrdinalIgnoreCase))
        {
            await call.RefuseAsync(FaultKind.UnsupportedKind, $"content encoding \"{encoding}\" is not remote write's; send snappy (block format)");
            return;
        }
        if (sink.Unavailable is { } unavailable)
        {
            await AskAgainAsync(call, $"cannot be stored now: {unavailable}");
            return;
        }
        ReceivedBody body;
        try
        {
            body = await call.ReadBodyAsync();
        }
        catch (BadHttpRequestException error) when (error.StatusCode is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status408RequestTimeout)
        {
            await AskAgainAsync(call, error.Message); // Senders would drop what is answered with 408.
            return;
        }
        using (body) await TakeAsync(call, body.Bytes, version);
    }

    public void Dispose() => walkers.Dispose();

    async Task TakeAsync(ApiCall call, ReadOnlyMemory<byte> body, Version version)
    {
        var (intake, v2) = idle.TryTake(out var ready) ? ready : (new SeriesIntake(sink, exemplars, metadata, limits), new WriteRequestV2());
        try
        {
            string? fault = null;
            var tooLarge = false;
            await walkers.WaitAsync(call.ClientGone);
            try
            {
                fault = Walk(body.Span, version, intake, v2, out tooLarge);
            }
            finally
            {
                walkers.Release();
            }
            await sink.FlushAsync(call.ClientGone);
            await TellAsync(call, version, intake.Tally, fault, tooLarge);
        }
        catch (IOException error)
        {
            if (sink.Unavailable is null) CannotStore(logger, error); // Else it is told once a minute.
            await AskAgainAsync(call, $"cannot be stored now: {sink.Unavailable ?? "the log says why"}");
        }
        finally
        {
            intake.Reset();
            idle.Add((intake, v2));
        }
    }

    /// <summary>Decodes and walks the request; a fault of its bytes is returned after what came before it was taken.</summary>
    string? Walk(ReadOnlySpan<byte> body, Version version, SeriesIntake intake, WriteRequestV2 v2, out bool tooLarge)
    {
        tooLarge = false;
        byte[]? decoded = null;
        try
        {
            var size = SnappyBlock.DecodedLength(body);
            if (size > limits.MaxDecodedBytes)
            {
                tooLarge = true;
                return $"request of {size} bytes when decoded; at most {limits.MaxDecodedBytes} are taken";
            }
            decoded = ArrayPool<byte>.Shared.Rent(size + SnappyBlock.Slack);
            SnappyBlock.Decode(body, decoded.AsSpan(0, size + SnappyBlock.Slack));
            var request = decoded.AsSpan(0, size);
            for (var walk = 1; ; walk++)
            {
                if (version == Version.V1) WriteRequestV1.Walk(request, intake);
                else v2.Walk(request, intake);
                if (!intake.Tally.MustRepeat || walk == MaxWalks) return null;
                intake.Reset(); // What was stored before is equal now and counts as stored.
            }
        }
        catch (MalformedRequestException error)
        {
            intake.Append();
            return error.Message;
        }
        finally
        {
            if (decoded is not null) ArrayPool<byte>.Shared.Return(decoded);
        }
    }

    async Task TellAsync(ApiCall call, Version version, WriteTally tally, string? fault, bool tooLarge)
    {
        if (version == Version.V2)
        {
            var headers = call.Context.Response.Headers;
            headers["X-Prometheus-Remote-Write-Samples-Written"] = tally.Samples.ToString(CultureInfo.InvariantCulture);
            headers["X-Prometheus-Remote-Write-Histograms-Written"] = tally.Histograms.ToString(CultureInfo.InvariantCulture);
            headers["X-Prometheus-Remote-Write-Exemplars-Written"] = tally.Exemplars.ToString(CultureInfo.InvariantCulture);
        }
        if (fault is not null)
        {
            await call.RefuseAsync(tooLarge ? FaultKind.TooLarge : FaultKind.BadData, fault);
        }
        else if (tally.Unavailable is not null || tally.MustRepeat)
        {
            await AskAgainAsync(call, tally.ToString());
        }
        else if (tally.Refused > 0)
        {
            var reasons = tally.ToString();
            Refused(logger, tally.Refused, reasons);
            await call.RefuseAsync(FaultKind.BadData, reasons);
        }
        else
        {
            call.Context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    /// <summary>The version by content type. Without <c>proto=</c>, or without a type at all, it is 1.0: so old and small senders write it.</summary>
    static Version VersionOf(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType)) return Version.V1;
        var parts = contentType.Split(';', StringSplitOptions.TrimEntries);
        if (!parts[0].Equals("application/x-protobuf", StringComparison.OrdinalIgnoreCase)) return Version.Unknown;
        foreach (var part in parts.AsSpan(1))
        {
            if (!part.StartsWith("proto=", StringComparison.OrdinalIgnoreCase)) continue;
            return part["proto=".Length..] switch
            {
                "prometheus.WriteRequest" => Version.V1,
                "io.prometheus.write.v2.Request" => Version.V2,
                _ => Version.Unknown,
            };
        }
        return Version.V1;
    }

    static Task AskAgainAsync(ApiCall call, string reason)
    {
        call.Context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return call.RefuseAsync(FaultKind.Busy, reason);
    }

    [LoggerMessage(LogLevel.Warning, "Remote write: refused {Samples} samples: {Reasons}")]
    static partial void Refused(ILogger logger, int samples, string reasons);

    [LoggerMessage(LogLevel.Error, "Remote write: the log cannot be written; senders are asked to come again")]
    static partial void CannotStore(ILogger logger, Exception error);
}
