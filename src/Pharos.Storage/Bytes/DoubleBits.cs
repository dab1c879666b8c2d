using System.Runtime.InteropServices;

namespace Pharos.Storage.Bytes;

/// <summary>The same memory as doubles and as their bits: both have 8 bytes and no forbidden pattern.</summary>
static class DoubleBits
{
    public static Span<long> Of(Span<double> values) => MemoryMarshal.Cast<double, long>(values);

    public static ReadOnlySpan<long> Of(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, long>(values);
}
