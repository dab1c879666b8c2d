using System.Text;

namespace Pharos.AspNetCore.Redis;

/// <summary>Reads answers of the Redis protocol, version 2, from a stream.</summary>
/// <remarks>Limits: lines of 64 KiB, values of 64 MiB, arrays of 1 048 576 items and 8 levels. Errors: anything else is a <see cref="RedisException"/>, and the connection is of no further use.</remarks>
sealed class RespReader(Stream stream)
{
    const int MaxLine = 64 << 10;
    const int MaxValue = 64 << 20;
    const int MaxItems = 1 << 20;
    const int MaxDepth = 8;

    byte[] buffer = new byte[4_096];
    int start;
    int end;

    /// <summary>Text, a number (long), a value (byte[]), nothing (null), a list (object?[]), or a <see cref="RedisException"/> that the server sent.</summary>
    public async ValueTask<object?> ReadAsync(CancellationToken cancellation, int depth = 0)
    {
        var line = await LineAsync(cancellation);
        if (line.Length == 0) throw new RedisException("the server sent an empty line");
        var rest = line[1..];
        switch (line[0])
        {
            case '+':
                return rest;
            case '-':
                return new RedisException(rest);
            case ':':
                return Number(rest);
            case '$':
                var length = Number(rest);
                return length < 0 ? null : await ValueAsync(Bounded(length, MaxValue), cancellation);
            case '*':
                var count = Number(rest);
                if (count < 0) return null;
                if (depth >= MaxDepth) throw new RedisException("the server sent lists within lists without end");
                var items = new object?[Bounded(count, MaxItems)];
                for (var i = 0; i < items.Length; i++) items[i] = await ReadAsync(cancellation, depth + 1);
                return items;
            default:
                throw new RedisException("the server does not speak the Redis protocol");
        }
    }

    static int Bounded(long number, int max) => number <= max ? (int)number : throw new RedisException(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the server announced {number} bytes or items; at most {max} are taken"));

    static long Number(string text) => long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new RedisException("the server sent a number that is none");

    async ValueTask<string> LineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8);
            if (length >= 0)
            {
                var line = Encoding.UTF8.GetString(buffer, start, length);
                start += length + 2;
                return line;
            }
            if (end - start > MaxLine) throw new RedisException("the server sent a line without end");
            await FillAsync(cancellation);
        }
    }

    async ValueTask<byte[]> ValueAsync(int length, CancellationToken cancellation)
    {
        var value = new byte[length];
        var taken = Math.Min(length, end - start);
        buffer.AsSpan(start, taken).CopyTo(value);
        start += taken;
        await stream.ReadExactlyAsync(value.AsMemory(taken), cancellation);
        while (end - start < 2) await FillAsync(cancellation);
        if (!buffer.AsSpan(start, 2).SequenceEqual("\r\n"u8)) throw new RedisException("the server sent a value without its end");
        start += 2;
        return value;
    }

    async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
        if (read == 0) throw new EndOfStreamException("the server closed the connection");
        end += read;
    }
}
