using System.Buffers;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Server.Metrics.Scraping;

/// <summary>One body as fetched, in a buffer from the pool. Dispose it when it was taken in.</summary>
sealed class ScrapeBody(BodyBudget budget) : IDisposable
{
    byte[] buffer = [];
    bool isLarge;

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Length);

    public int Length { get; private set; }

    public ExpositionFormat Format { get; set; }

    /// <summary>Something the user should know though the scrape worked; null mostly.</summary>
    public string? Note { get; set; }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="limitBytes">Above it the body is refused.</param>
    /// <param name="expectedBytes">What the last body of the target had, so that the buffer fits at once.</param>
    /// <exception cref="BodyTooLargeException">The limit is passed.</exception>
    public async Task ReadAsync(Stream stream, long limitBytes, int expectedBytes, CancellationToken cancellation)
    {
        await GrowAsync(Math.Max(expectedBytes + 512, 16 * 1024), cancellation).ConfigureAwait(false);
        while (true)
        {
            if (Length == buffer.Length) await GrowAsync(buffer.Length * 2L, cancellation).ConfigureAwait(false);
            var read = await stream.ReadAsync(buffer.AsMemory(Length), cancellation).ConfigureAwait(false);
            if (read == 0) return;
            Length += read;
            if (Length > limitBytes) throw new BodyTooLargeException($"body_size_limit exceeded (limit: {limitBytes} bytes)");
        }
    }

    /// <summary>Adds bytes of our own making, within what a body may have.</summary>
    /// <exception cref="BodyTooLargeException">It would become larger than any body may be.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (Length + (long)bytes.Length > budget.MaxBodyBytes) throw new BodyTooLargeException($"the metrics come to more than {budget.MaxBodyBytes} bytes of text");
        if (Length + bytes.Length > buffer.Length) Grow(Math.Max(Length + (long)bytes.Length, Math.Max(buffer.Length * 2L, 16 * 1024)));
        bytes.CopyTo(buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Dispose()
    {
        budget.Return(buffer.Length);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        Length = 0;
        if (isLarge) budget.LeaveLarge();
        isLarge = false;
    }

    async ValueTask GrowAsync(long sizeBytes, CancellationToken cancellation)
    {
        if (sizeBytes > BodyBudget.LargeBytes && !isLarge)
        {
            await budget.EnterLargeAsync(cancellation).ConfigureAwait(false);
            isLarge = true;
        }
        Grow(sizeBytes);
    }

    void Grow(long sizeBytes)
    {
        if (sizeBytes > Array.MaxLength) throw new BodyTooLargeException("the body is above 2 GB");
        var larger = ArrayPool<byte>.Shared.Rent((int)sizeBytes);
        if (!budget.TryTake(larger.Length, buffer.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw new BodyTooLargeException($"no memory for a body above {buffer.Length} bytes: the bodies being read now reach {budget.LimitBytes} bytes together");
        }
        buffer.AsSpan(0, Length).CopyTo(larger);
        budget.Return(buffer.Length);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}

/// <summary>The body passes a limit of size; it was given up before its end.</summary>
sealed class BodyTooLargeException(string message) : Exception(message);
