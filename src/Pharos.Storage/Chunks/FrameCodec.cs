using Pharos.Storage.Bytes;

namespace Pharos.Storage.Chunks;

/// <summary>Packs a whole run with the codecs of the blocks: a third of its size, and decoded several times as fast.</summary>
/// <remarks>Limits: <see cref="MaxSamples"/>. Errors: damaged bytes throw <see cref="CorruptDataException"/>.</remarks>
static class FrameCodec
{
    public const int MaxSamples = ValueFrame.MaxCount;

    public static int MaxBytes(int count) => TimeFrame.MaxBytes(count) + ValueFrame.MaxBytes(count);

    public static int Encode(ReadOnlySpan<long> timesMs, ReadOnlySpan<double> values, Span<byte> to)
    {
        var length = TimeFrame.Encode(timesMs, to);
        return length + ValueFrame.Encode(values, to[length..]);
    }

    public static void Decode(ReadOnlySpan<byte> coded, Span<long> timesMs, Span<double> values)
    {
        var reader = new ByteReader(coded, "head frame");
        TimeFrame.Decode(ref reader, timesMs);
        ValueFrame.Decode(ref reader, values);
    }
}
