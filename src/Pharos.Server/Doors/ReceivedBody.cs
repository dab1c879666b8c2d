using System.Buffers;

namespace Pharos.Server.Doors;

/// <summary>The whole body of a request in a rented buffer, which grows by steps as bytes come: a client that sends nothing holds next to nothing.</summary>
/// <remarks>Lifetime: <see cref="Bytes"/> until it is disposed. Threads: one request.</remarks>
sealed class ReceivedBody : IDisposable
{
    /// <summary>Most bodies are shorter.</summary>
    const int FirstBytes = 16 << 10;

    /// <summary>Each buffer is that many times the one before, so that little is copied twice.</summary>
    const int Step = 4;

    readonly BytesInWork inWork;
    readonly int maxBytes;
    readonly long claimedBytes;
    byte[] buffer = [];
    int length;

    ReceivedBody(BytesInWork inWork, int maxBytes, long claimedBytes) => (this.inWork, this.maxBytes, this.claimedBytes) = (inWork, maxBytes, claimedBytes);

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <exception cref="BadHttpRequestException">It is too large (413), did not come in time (408), or as much as may be is in work already (503).</exception>
    public static async Task<ReceivedBody> ReadAsync(HttpContext context, BodyLimit limit, DoorLimits limits)
    {
        var body = new ReceivedBody(limit.InWork, limit.MaxBytes, context.Request.ContentLength ?? limit.MaxBytes);
        try
        {
            return await limits.ReadBodyAsync(context, async cancellation =>
            {
                await body.FillAsync(context.Request.Body, cancellation);
                return body;
            });
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var last = buffer;
        (buffer, length) = ([], 0);
        GiveBack(last);
    }

    async Task FillAsync(Stream from, CancellationToken cancellation)
    {
        while (true)
        {
            if (length == buffer.Length) Grow();
            var read = await from.ReadAsync(buffer.AsMemory(length), cancellation);
            if (read == 0) return;
            length += read;
            if (length > maxBytes) throw TooLarge(maxBytes);
        }
    }

    void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(claimedBytes + 1, Math.Max(FirstBytes, (long)Step * length)));
        if (!inWork.TryTake(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw new BadHttpRequestException("too many large requests at once", StatusCodes.Status503ServiceUnavailable);
        }
        buffer.AsSpan(0, length).CopyTo(larger);
        GiveBack(buffer);
        buffer = larger;
    }

    void GiveBack(byte[] rented)
    {
        if (rented.Length == 0) return;
        inWork.Return(rented.Length);
        ArrayPool<byte>.Shared.Return(rented);
    }

    public static BadHttpRequestException TooLarge(int maxBytes) => new($"body of more than {maxBytes} bytes", StatusCodes.Status413PayloadTooLarge);
}
