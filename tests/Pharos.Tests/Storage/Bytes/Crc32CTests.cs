using Pharos.Storage.Bytes;
using Xunit;

namespace Pharos.Tests.Storage.Bytes;

public class Crc32CTests
{
    public static TheoryData<byte[], uint> Vectors => new()
    {
        // RFC 3720, appendix B.4.
        { new byte[32], 0x8a9136aa },
        { Enumerable.Repeat((byte)0xff, 32).ToArray(), 0x62a8ab43 },
        { Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), 0x46dd794e },
        { "123456789"u8.ToArray(), 0xe3069283 },
        { [], 0 },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void It_gives_the_sums_of_the_standard(byte[] bytes, uint expected) => Assert.Equal(expected, Crc32C.Of(bytes));

    [Fact]
    public void It_agrees_with_a_bitwise_twin_at_every_length_and_alignment()
    {
        var bytes = new byte[300];
        new Random(1).NextBytes(bytes);
        for (var start = 0; start < 9; start++)
        {
            for (var length = 0; length < 280; length++)
            {
                var part = bytes.AsSpan(start, length);
                Assert.Equal(BitByBit(part), Crc32C.Of(part));
            }
        }
    }

    [Fact]
    public void Appending_equals_the_sum_of_the_whole()
    {
        var bytes = "the sum of the whole"u8;
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(Crc32C.Of(bytes), Crc32C.Append(Crc32C.Of(bytes[..cut]), bytes[cut..]));
        }
    }

    static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
        }
        return ~crc;
    }
}
