using Pharos.Storage.Bytes;
using Xunit;

namespace Pharos.Tests.Storage.Bytes;

public class VarintTests
{
    [Fact]
    public void Every_length_survives_the_round_trip_and_has_the_predicted_size()
    {
        var buffer = new byte[Varint.MaxBytes];
        for (var bits = 0; bits < 64; bits++)
        {
            foreach (var value in new[] { 1UL << bits, (1UL << bits) - 1, ulong.MaxValue >> bits })
            {
                var length = Varint.Write(buffer, value);

                Assert.Equal(Varint.Size(value), length);
                Assert.Equal(length, Varint.Read(buffer.AsSpan(0, length), out var read));
                Assert.Equal(value, read);
                for (var cut = 0; cut < length; cut++) Assert.Equal(0, Varint.Read(buffer.AsSpan(0, cut), out _));
            }
        }
    }

    [Fact]
    public void A_number_of_more_than_64_bits_is_refused()
    {
        byte[] tooLarge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
        byte[] tooLong = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00];

        Assert.Equal(0, Varint.Read(tooLarge, out _));
        Assert.Equal(0, Varint.Read(tooLong, out _));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 1)]
    [InlineData(1, 2)]
    [InlineData(long.MaxValue, ulong.MaxValue - 1)]
    [InlineData(long.MinValue, ulong.MaxValue)]
    public void Signed_numbers_alternate(long value, ulong coded)
    {
        Assert.Equal(coded, ZigZag.Encode(value));
        Assert.Equal(value, ZigZag.Decode(coded));
    }
}
