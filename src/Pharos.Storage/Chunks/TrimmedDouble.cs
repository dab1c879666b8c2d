namespace Pharos.Storage.Chunks;

/// <summary>The bits of a double, highest byte first, without the zero bytes at the end: small integers take 2 or 3 bytes, zero none.</summary>
/// <remarks>The length (0-8) is kept by whoever stores it, mostly in half a byte.</remarks>
static class TrimmedDouble
{
    public static int Length(long bits) => bits == 0 ? 0 : 8 - System.Numerics.BitOperations.TrailingZeroCount(bits) / 8;

    public static int Write(long bits, Span<byte> destination)
    {
        var length = Length(bits);
        for (var i = 0; i < length; i++) destination[i] = (byte)(bits >> (56 - 8 * i));
        return length;
    }

    public static long Read(ReadOnlySpan<byte> source)
    {
        long bits = 0;
        for (var i = 0; i < source.Length; i++) bits |= (long)source[i] << (56 - 8 * i);
        return bits;
    }
}
