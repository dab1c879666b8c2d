using Pharos.Model.Samples;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Blocks;

/// <summary>What is known of a chunk's values without decoding it.</summary>
/// <remarks>
/// <para>Increase over several chunks = Σ losses inside + the loss at each seam + last − first. Where <see cref="HasNumbers"/> is false (some
/// value is not finite, or the chunk holds histograms) the chunk must be decoded; where <see cref="HasLosses"/> is false it falls so
/// often that it is no counter.</para>
/// <para>Source: docs/formats/block.md (directory).</para>
/// </remarks>
readonly record struct ChunkSummary(double Min, double Max, double Sum, double Losses, bool HasNumbers, bool HasLosses, bool HasStale)
{
    /// <summary>One fall in that many samples is still a counter.</summary>
    const int SamplesPerFall = 8;

    public static ChunkSummary Of(ReadOnlySpan<double> values)
    {
        var (min, max) = (values[0], values[0]);
        var (sum, rest, losses) = (0.0, 0.0, 0.0);
        var falls = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (!double.IsFinite(value)) return new ChunkSummary(0, 0, 0, 0, false, false, HasStaleIn(values));
            if (value < min) min = value;
            if (value > max) max = value;
            if (i > 0 && value < values[i - 1])
            {
                losses += values[i - 1];
                falls++;
            }
            // Neumaier: the sum of a chunk must not depend on how large its largest value is.
            var next = sum + value;
            rest += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }
        var hasLosses = falls * SamplesPerFall <= values.Length;
        return new ChunkSummary(min, max, sum + rest, hasLosses ? losses : 0, true, hasLosses, false);
    }

    /// <summary>Numbers as trimmed doubles, their lengths in two bytes before them.</summary>
    public void Write(ByteWriter writer)
    {
        var (min, max, sum, losses) = (Bits(Min), Bits(Max), Bits(Sum), Bits(Losses));
        writer.U8((byte)(TrimmedDouble.Length(min) | TrimmedDouble.Length(max) << 4));
        writer.U8((byte)(TrimmedDouble.Length(sum) | TrimmedDouble.Length(losses) << 4));
        foreach (var bits in (ReadOnlySpan<long>)[min, max, sum, losses]) writer.Commit(TrimmedDouble.Write(bits, writer.Room(sizeof(double))));
    }

    public static ChunkSummary Read(ref ByteReader reader, bool hasLosses)
    {
        var lengths = reader.U16();
        return new ChunkSummary(Number(ref reader, lengths), Number(ref reader, lengths >> 4), Number(ref reader, lengths >> 8), Number(ref reader, lengths >> 12), true, hasLosses, false);
    }

    static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    static double Number(ref ByteReader reader, int length)
    {
        length &= 15;
        if (length > sizeof(double)) reader.Fail("a number of at most 8 bytes", $"{length}");
        return BitConverter.Int64BitsToDouble(TrimmedDouble.Read(reader.Take(length)));
    }

    static bool HasStaleIn(ReadOnlySpan<double> values) => DoubleBits.Of(values).Contains(StaleMarker.Bits);
}
