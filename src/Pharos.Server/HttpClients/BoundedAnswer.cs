namespace Pharos.Server.HttpClients;

/// <summary>Reads what a peer answers up to a bound: a peer that is trusted with a question may still be broken, or replaced by another.</summary>
static class BoundedAnswer
{
    const int FirstBytes = 16 << 10;

    /// <summary>The whole body.</summary>
    /// <param name="content">Of a response whose headers alone were read (<see cref="HttpCompletionOption.ResponseHeadersRead"/>): else all of it is in memory already.</param>
    /// <exception cref="AnswerTooLongException">It is longer than that; what is left of it is not read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > maxBytes) throw new AnswerTooLongException(maxBytes);
        await using var from = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[Math.Min(maxBytes, FirstBytes)];
        for (var length = 0; ;)
        {
            if (length == buffer.Length)
            {
                if (length == maxBytes) return await from.ReadAsync(new byte[1], cancellation).ConfigureAwait(false) == 0 ? buffer : throw new AnswerTooLongException(maxBytes);
                Array.Resize(ref buffer, (int)Math.Min(maxBytes, 2L * length));
            }
            var read = await from.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            if (read == 0) return buffer.AsMemory(0, length);
            length += read;
        }
    }
}

/// <summary>A peer answered with more than is taken of it.</summary>
sealed class AnswerTooLongException(int maxBytes) : HttpRequestException($"answered with more than {maxBytes} bytes");
