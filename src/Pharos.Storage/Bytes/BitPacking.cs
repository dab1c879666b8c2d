using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pharos.Storage.Bytes;

/// <summary>Numbers of one width side by side, lowest bit first: value i takes bits i·w … i·w+w-1 of the run.</summary>
/// <remarks>
/// <para>Why a plain bit stream and no lanes: eight values take exactly w bytes, so one byte shuffle brings each value's eight bytes into
/// a register lane; that decodes as fast as a layout made for vectors, and any count of values wastes at most seven bits.</para>
/// <para>Limits: widths 0 to 56, so that a value with its shift always lies within eight bytes.</para>
/// </remarks>
static class BitPacking
{
    public const int MaxWidth = 56;
    public const int MaxCount = 128;

    static readonly bool HasByteShuffle = Avx512Vbmi.IsSupported;
    static readonly Vector512<byte>[] ShuffleOfWidth = HasByteShuffle ? BuildShuffles() : [];
    static readonly Vector512<ulong>[] ShiftOfWidth = HasByteShuffle ? BuildShifts() : [];

    public static int SizeBytes(int count, int width) => (count * width + 7) >> 3;

    /// <summary>Writes the low <paramref name="width"/> bits of each value and returns the number of bytes.</summary>
    public static int Pack(ReadOnlySpan<long> values, int width, Span<byte> destination)
    {
        Debug.Assert(width is >= 0 and <= MaxWidth);
        var mask = MaskOf(width);
        var length = 0;
        ulong pending = 0;
        var pendingBits = 0;
        foreach (var value in values)
        {
            pending |= ((ulong)value & mask) << pendingBits;
            pendingBits += width;
            while (pendingBits >= 8)
            {
                destination[length++] = (byte)pending;
                pending >>= 8;
                pendingBits -= 8;
            }
        }
        if (pendingBits > 0) destination[length++] = (byte)pending;
        return length;
    }

    /// <summary>Reads as many values as the destination holds. The source has <see cref="SizeBytes"/> bytes or more; none beyond are used.</summary>
    [SkipLocalsInit]
    public static void Unpack(ReadOnlySpan<byte> source, int width, Span<long> destination)
    {
        Debug.Assert(width is >= 0 and <= MaxWidth && destination.Length <= MaxCount);
        if (width == 0)
        {
            destination.Clear();
            return;
        }
        // Both loops read a whole register from each value's first byte: a copy makes the bytes behind the run ours.
        Span<byte> padded = stackalloc byte[MaxCount * MaxWidth / 8 + Vector512<byte>.Count];
        var size = SizeBytes(destination.Length, width);
        source[..size].CopyTo(padded);
        if (HasByteShuffle) UnpackByShuffle(padded, width, destination);
        else UnpackScalar(padded, width, destination);
    }

    /// <summary>The twin for machines without byte shuffles. The source has eight readable bytes behind the run.</summary>
    internal static void UnpackScalar(ReadOnlySpan<byte> source, int width, Span<long> destination)
    {
        var mask = MaskOf(width);
        var bit = 0;
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (long)((BinaryPrimitives.ReadUInt64LittleEndian(source[(bit >> 3)..]) >> (bit & 7)) & mask);
            bit += width;
        }
    }

    static void UnpackByShuffle(ReadOnlySpan<byte> source, int width, Span<long> destination)
    {
        var shuffle = ShuffleOfWidth[width];
        var shift = ShiftOfWidth[width];
        var mask = Vector512.Create(MaskOf(width));
        var i = 0;
        for (; i <= destination.Length - 8; i += 8)
        {
            var bytes = Avx512Vbmi.PermuteVar64x8(Vector512.Create(source[(i / 8 * width)..]), shuffle).AsUInt64();
            (Avx512F.ShiftRightLogicalVariable(bytes, shift) & mask).AsInt64().CopyTo(destination[i..]);
        }
        if (i < destination.Length) UnpackScalar(source[(i / 8 * width)..], width, destination[i..]);
    }

    static ulong MaskOf(int width) => (1UL << width) - 1;

    static Vector512<byte>[] BuildShuffles()
    {
        var shuffles = new Vector512<byte>[MaxWidth + 1];
        Span<byte> picks = stackalloc byte[64];
        for (var width = 0; width <= MaxWidth; width++)
        {
            for (var i = 0; i < 64; i++) picks[i] = (byte)((i / 8 * width / 8) + i % 8);
            shuffles[width] = Vector512.Create((ReadOnlySpan<byte>)picks);
        }
        return shuffles;
    }

    static Vector512<ulong>[] BuildShifts()
    {
        var shifts = new Vector512<ulong>[MaxWidth + 1];
        Span<ulong> lanes = stackalloc ulong[8];
        for (var width = 0; width <= MaxWidth; width++)
        {
            for (var lane = 0; lane < 8; lane++) lanes[lane] = (ulong)(lane * width % 8);
            shifts[width] = Vector512.Create((ReadOnlySpan<ulong>)lanes);
        }
        return shifts;
    }
}
