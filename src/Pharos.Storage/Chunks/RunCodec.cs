using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Chunks;

/// <summary>Codes a series' newest samples byte by byte, so that one can be added without touching those before.</summary>
/// <remarks>
/// <para>Shape: the first sample raw (16 bytes), then per sample a tag byte and its bytes; times strictly ascending, any double, kept bit for bit.
/// The step starts at 0 in each run, so that a run is read alone.</para>
/// <para>Limits: <see cref="MaxSampleBytes"/> a sample, about 3 on real series. A gap above 2^24 ms (4.6 h) starts a new run.</para>
/// <para>Errors: reading damaged bytes returns fewer samples than asked for; it never reads outside.</para>
/// <para>Source: docs/formats/head.md.</para>
/// </remarks>
static class RunCodec
{
    public const int FirstSampleBytes = 16;
    public const int MaxSampleBytes = 1 + 5 + 8;
    const long MaxGapMs = 1 << 24; // So that a run's span fits 32 bits in its frame.
    const double ExactIntegerLimit = 1L << 53;

    /// <summary>Masks for that many low bytes.</summary>
    static ReadOnlySpan<ulong> LowBytes => [0, 0xff, 0xffff, 0xff_ffff, 0xffff_ffff, 0xff_ffff_ffff, 0xffff_ffff_ffff, 0xff_ffff_ffff_ffff, ulong.MaxValue];

    public static void EncodeFirst(Span<byte> to, long timeMs, double value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, timeMs);
        BinaryPrimitives.WriteDoubleLittleEndian(to[8..], value);
    }

    /// <summary>Time of the first sample of a run that has one.</summary>
    public static long FirstMs(ReadOnlySpan<byte> run) => run.Length < FirstSampleBytes ? long.MaxValue : BinaryPrimitives.ReadInt64LittleEndian(run);

    /// <summary>Whether a sample that much later can stand in the same run.</summary>
    public static bool Fits(long deltaMs) => (ulong)deltaMs <= MaxGapMs;

    /// <summary>Writes the sample behind the one before; <paramref name="stepMs"/> is the distance before and becomes the new one.</summary>
    public static int Encode(Span<byte> to, long previousMs, double previous, ref int stepMs, long timeMs, double value)
    {
        var length = 1;
        var tag = 0;
        var delta = (int)(timeMs - previousMs);
        if (delta != stepMs)
        {
            var coded = ZigZag.Encode((long)delta - stepMs);
            var bytes = ByteCount(coded);
            WriteLow(to[length..], coded, bytes);
            length += bytes;
            tag = bytes << 4;
            stepMs = delta;
        }
        var bits = BitConverter.DoubleToUInt64Bits(value);
        var previousBits = BitConverter.DoubleToUInt64Bits(previous);
        if (bits != previousBits)
        {
            var xor = bits ^ previousBits;
            var xorBytes = 8 - (BitOperations.TrailingZeroCount(xor) >> 3);
            if (IsInteger(value, out var whole))
            {
                var coded = ZigZag.Encode(whole - IntegerOrZero(previous));
                var bytes = ByteCount(coded);
                if (bytes <= xorBytes && bytes <= 7)
                {
                    WriteLow(to[length..], coded, bytes);
                    to[0] = (byte)(tag | bytes);
                    return length + bytes;
                }
            }
            WriteLow(to[length..], xor >> (64 - (8 * xorBytes)), xorBytes);
            length += xorBytes;
            tag |= 7 + xorBytes;
        }
        to[0] = (byte)tag;
        return length;
    }

    /// <summary>Reads up to that many samples and returns how many were sound.</summary>
    public static int Decode(ReadOnlySpan<byte> run, int count, Span<long> timesMs, Span<double> values)
    {
        if (run.Length < FirstSampleBytes || count == 0) return 0;
        var time = BinaryPrimitives.ReadInt64LittleEndian(run);
        var value = BinaryPrimitives.ReadDoubleLittleEndian(run[8..]);
        timesMs[0] = time;
        values[0] = value;
        long step = 0;
        var whole = IntegerOrZero(value); // Kept beside the value, so that a run of integers waits for no conversion.
        var at = FirstSampleBytes;
        for (var i = 1; i < count; i++)
        {
            if (at > run.Length - MaxSampleBytes) return DecodeRest(run, at, i, count, step, timesMs, values);
            int tag = run[at];
            var timeBytes = tag >> 4;
            if (timeBytes > 5) return i;
            step += ZigZag.Decode(BinaryPrimitives.ReadUInt64LittleEndian(run[(at + 1)..]) & LowBytes[timeBytes]);
            at += 1 + timeBytes;
            time += step;
            timesMs[i] = time;
            var code = tag & 15;
            if (code is > 0 and < 8)
            {
                whole += ZigZag.Decode(BinaryPrimitives.ReadUInt64LittleEndian(run[at..]) & LowBytes[code]);
                at += code;
                value = whole;
            }
            else if (code >= 8)
            {
                var bytes = code - 7;
                var coded = BinaryPrimitives.ReadUInt64LittleEndian(run[at..]) & LowBytes[bytes];
                at += bytes;
                value = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(value) ^ (coded << (64 - (8 * bytes))));
                whole = IntegerOrZero(value);
            }
            values[i] = value;
        }
        return count;
    }

    /// <summary>The last few samples, behind which too few bytes follow to read eight at a time unasked.</summary>
    static int DecodeRest(ReadOnlySpan<byte> run, int at, int from, int count, long step, Span<long> timesMs, Span<double> values)
    {
        var time = timesMs[from - 1];
        var value = values[from - 1];
        for (var i = from; i < count; i++)
        {
            if (at >= run.Length) return i;
            int tag = run[at++];
            var timeBytes = tag >> 4;
            var code = tag & 15;
            var valueBytes = code < 8 ? code : code - 7;
            if (timeBytes > 5 || at + timeBytes + valueBytes > run.Length) return i;
            if (timeBytes > 0)
            {
                step += ZigZag.Decode(ReadLow(run, at, timeBytes));
                at += timeBytes;
            }
            time += step;
            if (valueBytes > 0)
            {
                var coded = ReadLow(run, at, valueBytes);
                at += valueBytes;
                value = code < 8
                    ? IntegerOrZero(value) + ZigZag.Decode(coded)
                    : BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(value) ^ (coded << (64 - (8 * valueBytes))));
            }
            timesMs[i] = time;
            values[i] = value;
        }
        return count;
    }

    /// <summary>Whether the double is an integer that a difference restores bit for bit: -0 is not, and above 2^53 not all are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsInteger(double value, out long whole)
    {
        if (!(Math.Abs(value) < ExactIntegerLimit))
        {
            whole = 0;
            return false;
        }
        whole = (long)value;
        return BitConverter.DoubleToInt64Bits(whole) == BitConverter.DoubleToInt64Bits(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ByteCount(ulong value) => (71 - BitOperations.LeadingZeroCount(value | 1)) >> 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteLow(Span<byte> to, ulong value, int bytes)
    {
        if (to.Length >= 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, value); // What lies behind is overwritten by the next.
            return;
        }
        for (var i = 0; i < bytes; i++, value >>= 8) to[i] = (byte)value;
    }

    /// <summary>The caller has checked that the bytes are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ReadLow(ReadOnlySpan<byte> from, int at, int bytes)
    {
        if (at + 8 <= from.Length) return BinaryPrimitives.ReadUInt64LittleEndian(from[at..]) & (ulong.MaxValue >> (64 - (8 * bytes)));
        ulong value = 0;
        for (var i = bytes - 1; i >= 0; i--) value = (value << 8) | from[at + i];
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long IntegerOrZero(double value) => IsInteger(value, out var whole) ? whole : 0;
}
