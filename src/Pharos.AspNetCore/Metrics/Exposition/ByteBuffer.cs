using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Pharos.AspNetCore.Metrics.Exposition;

/// <summary>Bytes that grow in rented memory: a scrape is written whole here, then sent. Dispose returns the memory.</summary>
sealed class ByteBuffer(int capacity = 1 << 16) : IDisposable
{
    byte[] bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        Length = 0;
    }

    public void Write(ReadOnlySpan<byte> more)
    {
        more.CopyTo(Free(more.Length));
        Length += more.Length;
    }

    public void Write(byte one)
    {
        Free(1)[0] = one;
        Length++;
    }

    public void Text(ReadOnlySpan<char> text) => Length += Encoding.UTF8.GetBytes(text, Free(text.Length * 3));

    public void Number(long value)
    {
        _ = Utf8Formatter.TryFormat(value, Free(20), out var written);
        Length += written;
    }

    /// <summary>As Prometheus' formats have it: <c>NaN</c>, <c>+Inf</c>, the shortest text that reads back as the same number.</summary>
    public void Number(double value)
    {
        if (value == Math.Floor(value) && Math.Abs(value) < 1e15) Number((long)value);
        else if (double.IsFinite(value))
        {
            _ = value.TryFormat(Free(32), out var written, "R", CultureInfo.InvariantCulture);
            Length += written;
        }
        else Write(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8);
    }

    public void Varint(ulong value)
    {
        var free = Free(10);
        var written = 0;
        while (value >= 0x80)
        {
            free[written++] = (byte)(value | 0x80);
            value >>= 7;
        }
        free[written++] = (byte)value;
        Length += written;
    }

    public void Fixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Free(8), value);
        Length += 8;
    }

    /// <summary>Opens a part whose length stands before it; <see cref="Close"/> with the answer.</summary>
    public int Open()
    {
        Write((byte)0); // Most parts are shorter than 128 bytes: one byte of length.
        return Length;
    }

    /// <summary>Writes the length before the part, and moves it when the length takes more than the one byte kept.</summary>
    public void Close(int start)
    {
        var size = Length - start;
        var extra = 0;
        for (var rest = size >> 7; rest > 0; rest >>= 7) extra++;
        if (extra > 0)
        {
            _ = Free(extra);
            bytes.AsSpan(start, size).CopyTo(bytes.AsSpan(start + extra));
        }
        Length = start - 1;
        Varint((ulong)size);
        Length += size;
    }

    Span<byte> Free(int needed)
    {
        if (bytes.Length - Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(bytes.Length * 2, Length + needed));
            bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = larger;
        }
        return bytes.AsSpan(Length);
    }
}
