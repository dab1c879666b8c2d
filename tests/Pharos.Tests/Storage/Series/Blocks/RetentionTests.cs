using Pharos.Storage.Series.Blocks;
using Xunit;

namespace Pharos.Tests.Storage.Series.Blocks;

public class RetentionTests
{
    static readonly BlockMeta[] Blocks = [Block(3, 200), Block(1, 0), Block(2, 100)];

    [Fact]
    public void Without_limits_everything_stays() => Assert.Empty(Expired(null, 0));

    [Theory]
    [InlineData(299, 0)]
    [InlineData(300, 0)]
    [InlineData(201, 1)]
    [InlineData(101, 2)]
    public void Age_counts_from_the_newest_sample(int ageMs, int expired) =>
        Assert.Equal(new ulong[] { 1, 2, 3 }[..expired], Expired(TimeSpan.FromMilliseconds(ageMs), 0));

    [Theory]
    [InlineData(35, 0)]
    [InlineData(34, 1)]
    [InlineData(15, 2)]
    [InlineData(1, 3)]
    public void Oldest_blocks_go_until_the_rest_fits_beside_the_log(long maxBytes, int expired) =>
        Assert.Equal(new ulong[] { 1, 2, 3 }[..expired], Expired(null, maxBytes));

    static ulong[] Expired(TimeSpan? age, long maxBytes) => [.. Retention.Expired(Blocks, 300, age, maxBytes, otherBytes: 5).Select(b => b.Sequence)];

    static BlockMeta Block(ulong sequence, long minMs) => new(minMs, minMs + 99, sequence, [], 1, 1, 10);
}
