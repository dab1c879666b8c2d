using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Chunks;

/// <summary>Up to 128 doubles, each kept with exactly its bits, in the smallest of five forms.</summary>
/// <remarks>
/// <para>Forms: one constant; integers; decimals (integers over a power of ten); ordered bits (the doubles' bits as integers, for full
/// doubles that lie near each other); raw. Values that a form cannot give back bit for bit (-0.0, NaN of any payload, infinities, stale
/// markers, a stray full double among decimals) stand beside it as exceptions, and every encoding is decided by that test.</para>
/// <para>Why division and not multiplication: <c>l / 10^e</c> is correctly rounded, so a decimal that was parsed from text comes back
/// exactly; <c>l * 0.01</c> does not.</para>
/// <para>Source: docs/formats/chunk.md.</para>
/// </remarks>
static class ValueFrame
{
    public const int MaxCount = IntegerFrame.MaxCount;
    const int MaxExceptions = 24;
    const int ExceptionsFlag = 8;

    enum Form
    {
        Constant,
        Integers,
        Decimals,
        OrderedBits,
        Raw,
    }

    /// <summary>Room that <see cref="Encode"/> needs for that many values.</summary>
    public static int MaxBytes(int count) => Math.Max(IntegerFrame.MaxBytes + 2 + MaxExceptions * 9, 1 + count * sizeof(double));

    /// <summary>Writes the frame and returns its length.</summary>
    [SkipLocalsInit]
    public static int Encode(ReadOnlySpan<double> values, Span<byte> destination)
    {
        Debug.Assert(values.Length is > 0 and <= MaxCount && destination.Length >= MaxBytes(values.Length));
        var bits = DoubleBits.Of(values);
        if (!bits.ContainsAnyExcept(bits[0])) return EncodeConstant(bits[0], destination);

        var best = EncodeDecimals(values, destination, out var isClean);
        if (!isClean)
        {
            Span<byte> other = stackalloc byte[IntegerFrame.MaxBytes];
            var length = EncodeOrderedBits(bits, other);
            if (length != 0 && (best == 0 || length < best))
            {
                other[..length].CopyTo(destination);
                best = length;
            }
        }
        return best != 0 && best <= values.Length * sizeof(double) ? best : EncodeRaw(values, destination);
    }

    /// <summary>Reads as many values as the destination holds.</summary>
    /// <exception cref="CorruptDataException">The bytes are cut short or no frame.</exception>
    public static void Decode(ref ByteReader reader, Span<double> values)
    {
        var head = reader.Peek();
        switch ((Form)(head >> 4 & 7))
        {
            case Form.Constant:
                values.Fill(ReadConstant(ref reader));
                return;
            case Form.Raw:
                reader.U8();
                ReadRaw(reader.Take(values.Length * sizeof(double)), values);
                return;
            case Form.Integers:
                ScaledIntegers.ToDoubles(ReadIntegers(ref reader, values), 0, values);
                break;
            case Form.Decimals:
                var integers = ReadIntegers(ref reader, values);
                ScaledIntegers.ToDoubles(integers, ReadExponent(ref reader), values);
                break;
            case Form.OrderedBits:
                ScaledIntegers.Reorder(ReadIntegers(ref reader, values));
                return;
            default:
                reader.Fail("a form of values from 0 to 4", $"{head >> 4 & 7}");
                return;
        }
        if ((head >> 4 & ExceptionsFlag) != 0) ReadExceptions(ref reader, values);
    }

    /// <summary>Moves the reader behind a frame of that many values without decoding it.</summary>
    public static void Skip(ref ByteReader reader, int count)
    {
        var head = reader.Peek();
        var form = (Form)(head >> 4 & 7);
        switch (form)
        {
            case Form.Constant:
                ReadConstant(ref reader);
                return;
            case Form.Raw:
                reader.Take(1 + count * sizeof(double));
                return;
        }
        IntegerFrame.Skip(ref reader, count);
        if (form == Form.Decimals) ReadExponent(ref reader);
        if ((head >> 4 & ExceptionsFlag) != 0) ReadExceptions(ref reader, []);
    }

    static int EncodeConstant(long bits, Span<byte> destination)
    {
        var length = TrimmedDouble.Write(bits, destination[1..]);
        destination[0] = (byte)((int)Form.Constant << 4 | length);
        return 1 + length;
    }

    /// <summary>Integers or decimals. Returns 0 when there are too many exceptions; clean when there is none and so nothing better to try.</summary>
    static int EncodeDecimals(ReadOnlySpan<double> values, Span<byte> destination, out bool isClean)
    {
        isClean = false;
        Span<long> integers = stackalloc long[MaxCount];
        Span<byte> exceptions = stackalloc byte[MaxExceptions];
        integers = integers[..values.Length];
        if (!ScaledIntegers.TryFrom(values, integers, exceptions, out var exponent, out var exceptionCount)) return 0;

        var form = exponent == 0 ? Form.Integers : Form.Decimals;
        var tag = (int)form | (exceptionCount > 0 ? ExceptionsFlag : 0);
        var length = IntegerFrame.Encode(tag, integers, IntegerModes.Value | IntegerModes.Delta | IntegerModes.DeltaOfDelta, destination);
        if (length == 0) return 0;
        isClean = exceptionCount == 0 && exponent < 10;
        if (form == Form.Decimals) destination[length++] = (byte)exponent;
        if (exceptionCount == 0) return length;
        destination[length++] = (byte)exceptionCount;
        foreach (var position in exceptions[..exceptionCount])
        {
            destination[length++] = position;
            BinaryPrimitives.WriteDoubleLittleEndian(destination[length..], values[position]);
            length += sizeof(double);
        }
        return length;
    }

    static int EncodeOrderedBits(ReadOnlySpan<long> bits, Span<byte> destination)
    {
        Span<long> ordered = stackalloc long[MaxCount];
        ordered = ordered[..bits.Length];
        for (var i = 0; i < bits.Length; i++) ordered[i] = ScaledIntegers.Ordered(bits[i]);
        return IntegerFrame.Encode((int)Form.OrderedBits, ordered, IntegerModes.Value | IntegerModes.Delta, destination);
    }

    static int EncodeRaw(ReadOnlySpan<double> values, Span<byte> destination)
    {
        destination[0] = (int)Form.Raw << 4;
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(destination[(1 + i * sizeof(double))..], values[i]);
        return 1 + values.Length * sizeof(double);
    }

    static double ReadConstant(ref ByteReader reader)
    {
        var length = reader.U8();
        if (length > sizeof(double)) reader.Fail("a constant of at most 8 bytes", $"{length}");
        return BitConverter.Int64BitsToDouble(TrimmedDouble.Read(reader.Take(length)));
    }

    static void ReadRaw(ReadOnlySpan<byte> source, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(source[(i * sizeof(double))..]);
    }

    /// <summary>Decodes the integers into the room of the doubles that they become: both have 8 bytes.</summary>
    static Span<long> ReadIntegers(ref ByteReader reader, Span<double> values)
    {
        var integers = DoubleBits.Of(values);
        IntegerFrame.Decode(ref reader, integers);
        return integers;
    }

    static int ReadExponent(ref ByteReader reader)
    {
        var exponent = reader.U8();
        if (exponent is 0 or > ScaledIntegers.MaxExponent) reader.Fail($"an exponent from 1 to {ScaledIntegers.MaxExponent}", $"{exponent}");
        return exponent;
    }

    /// <summary>Puts the exceptions into their places; an empty destination skips them.</summary>
    static void ReadExceptions(ref ByteReader reader, Span<double> values)
    {
        var count = reader.U8();
        if (count is 0 or > MaxExceptions) reader.Fail($"1 to {MaxExceptions} exceptions", $"{count}");
        for (var i = 0; i < count; i++)
        {
            var position = reader.U8();
            var value = reader.F64();
            if (values.IsEmpty) continue;
            if (position >= values.Length) reader.Fail($"an exception inside {values.Length} values", $"position {position}");
            values[position] = value;
        }
    }
}
