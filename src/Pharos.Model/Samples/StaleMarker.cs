namespace Pharos.Model.Samples;

/// <summary>The value that says "this series ended here": one NaN among all, told by its bits.</summary>
/// <remarks>Source: Prometheus, staleness; the bits are part of remote write.</remarks>
public static class StaleMarker
{
    public const long Bits = 0x7ff0000000000002;

    /// <summary>The bits of the NaN that Prometheus stores for an ordinary "not a number".</summary>
    public const long NormalNaNBits = 0x7ff8000000000001;

    public static readonly double Value = BitConverter.Int64BitsToDouble(Bits);

    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}
