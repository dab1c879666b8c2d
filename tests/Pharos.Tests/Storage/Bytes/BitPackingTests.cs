using Pharos.Storage.Bytes;
using Xunit;

namespace Pharos.Tests.Storage.Bytes;

public class BitPackingTests
{
    [Fact]
    public void Every_width_and_count_survives_and_the_scalar_twin_agrees()
    {
        var random = new Random(3);
        for (var width = 0; width <= BitPacking.MaxWidth; width++)
        {
            for (var count = 0; count <= BitPacking.MaxCount; count++)
            {
                var values = new long[count];
                for (var i = 0; i < count; i++) values[i] = random.NextInt64() & ((1L << width) - 1);
                var packed = new byte[BitPacking.SizeBytes(count, width) + 8];

                Assert.Equal(BitPacking.SizeBytes(count, width), BitPacking.Pack(values, width, packed));
                var unpacked = new long[count];
                BitPacking.Unpack(packed.AsSpan(0, packed.Length - 8), width, unpacked);
                var twin = new long[count];
                BitPacking.UnpackScalar(packed, width, twin);

                Assert.Equal(values, unpacked);
                Assert.Equal(values, twin);
            }
        }
    }

    [Fact]
    public void The_first_value_takes_the_lowest_bits()
    {
        var packed = new byte[2];

        BitPacking.Pack([0b101, 0b010, 0b111], 3, packed);

        Assert.Equal([0b11010101, 0b1], packed);
    }
}
