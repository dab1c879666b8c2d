using System.Numerics;

namespace Pharos.Query.PromQL.Execution;

/// <summary>Bitmaps of the steps at which a series has a sample: bit i of word i / 64.</summary>
static class Presence
{
    public static int Words(int steps) => (steps + 63) >> 6;

    public static bool Has(ReadOnlySpan<ulong> bits, int step) => (bits[step >> 6] & (1UL << step)) != 0;

    public static void Set(Span<ulong> bits, int step) => bits[step >> 6] |= 1UL << step;

    public static void Clear(Span<ulong> bits, int step) => bits[step >> 6] &= ~(1UL << step);

    public static void SetAll(Span<ulong> bits, int steps)
    {
        bits.Fill(ulong.MaxValue);
        if ((steps & 63) != 0) bits[^1] = (1UL << steps) - 1;
    }

    public static int Count(ReadOnlySpan<ulong> bits)
    {
        var count = 0;
        foreach (var word in bits) count += BitOperations.PopCount(word);
        return count;
    }

    public static bool Any(ReadOnlySpan<ulong> bits) => bits.ContainsAnyExcept(0UL);

    public static bool Overlaps(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            if ((left[i] & right[i]) != 0) return true;
        }
        return false;
    }

    public static void Or(Span<ulong> into, ReadOnlySpan<ulong> other)
    {
        for (var i = 0; i < into.Length; i++) into[i] |= other[i];
    }

    public static void And(Span<ulong> into, ReadOnlySpan<ulong> other)
    {
        for (var i = 0; i < into.Length; i++) into[i] &= other[i];
    }

    public static void AndNot(Span<ulong> into, ReadOnlySpan<ulong> other)
    {
        for (var i = 0; i < into.Length; i++) into[i] &= ~other[i];
    }
}
