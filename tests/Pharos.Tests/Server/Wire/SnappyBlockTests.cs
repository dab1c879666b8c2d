using Pharos.Server.Wire;
using Snappier;

namespace Pharos.Tests.Server.Wire;

public sealed class SnappyBlockTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(65_536)]
    [InlineData(300_000)]
    public void What_was_packed_comes_out_the_same(int length)
    {
        foreach (var letters in (ReadOnlySpan<int>)[1, 3, 40, 256]) // From one long run to nothing but literals.
        {
            var random = new Random(length + letters);
            var plain = new byte[length];
            for (var i = 0; i < length; i++) plain[i] = (byte)(random.Next(8) == 0 || i < 50 ? random.Next(letters) : plain[i - 50]);

            Assert.Equal(plain, Decode(Snappy.CompressToArray(plain)));
        }
    }

    [Fact]
    public void A_run_copies_what_it_has_just_written()
    {
        byte[] block = [12, 0x04, (byte)'a', (byte)'b', (9 << 2) | 2, 2, 0]; // 12 bytes: literal "ab", then 10 bytes from 2 back.

        Assert.Equal("abababababab"u8.ToArray(), Decode(block));
    }

    [Fact]
    public void A_block_cut_anywhere_is_refused()
    {
        var plain = new byte[2_000];
        for (var i = 0; i < plain.Length; i++) plain[i] = (byte)(i % 97 * i % 13);
        var block = Snappy.CompressToArray(plain);

        for (var length = 0; length < block.Length; length++)
        {
            var cut = block.AsSpan(0, length).ToArray();
            Assert.Throws<MalformedRequestException>(() => Decode(cut));
        }
    }

    [Fact]
    public void Flipped_bits_are_refused_or_give_the_claimed_length()
    {
        var random = new Random(7);
        var block = Snappy.CompressToArray([.. Enumerable.Range(0, 3_000).Select(i => (byte)(i % 50))]);
        for (var i = 0; i < 20_000; i++)
        {
            var flipped = (byte[])block.Clone();
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                Assert.Equal(SnappyBlock.DecodedLength(flipped), Decode(flipped).Length);
            }
            catch (MalformedRequestException)
            {
                // What a client must be told; anything else fails the test.
            }
        }
    }

    [Fact]
    public void A_bomb_is_told_by_its_first_bytes()
    {
        byte[] bomb = [0xff, 0xff, 0xff, 0xff, 0x07, 0x00, 0x61]; // Claims 2 GB.

        var error = Assert.Throws<MalformedRequestException>(() => SnappyBlock.DecodedLength(bomb));
        Assert.Equal("snappy block: claims 2147483647 bytes decoded, more than 7 bytes of Snappy can hold", error.Message);
    }

    [Fact]
    public void The_densest_block_there_is_passes_the_bomb_check()
    {
        var plain = new byte[4 << 20];

        Assert.Equal(plain.Length, SnappyBlock.DecodedLength(Snappy.CompressToArray(plain)));
    }

    [Theory]
    [InlineData(new byte[] { 4, 0x00, 0x61, 0x01, 0x00 }, "Invalid copy offset")]
    [InlineData(new byte[] { 8, 0x00, 0x61, 0x0e, 0x02, 0x00 }, "Invalid copy offset")]
    [InlineData(new byte[] { 2, 0x00, 0x61, 0x0e, 0x01, 0x00 }, "holds more than the 2 bytes that it claims")]
    [InlineData(new byte[] { 1, 0x00, 0x61, 0x00, 0x61 }, "holds more than the 1 bytes that it claims")]
    [InlineData(new byte[] { 9, 0x00, 0x61 }, "Incomplete Snappy block.")]
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1 }, "has no valid length in front")]
    public void A_fault_says_what_was_found(byte[] block, string found) =>
        Assert.EndsWith(found, Assert.Throws<MalformedRequestException>(() => Decode(block)).Message, StringComparison.Ordinal);

    static byte[] Decode(byte[] block)
    {
        var length = SnappyBlock.DecodedLength(block);
        var to = new byte[length + SnappyBlock.Slack];
        SnappyBlock.Decode(block, to);
        return to[..length];
    }
}
