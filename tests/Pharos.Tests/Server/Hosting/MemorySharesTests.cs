using Pharos.Server.Hosting;


namespace Pharos.Tests.Server.Hosting;

public sealed class MemorySharesTests
{
    [Theory]
    [InlineData(96)]
    [InlineData(128)]
    [InlineData(1024)]
    [InlineData(65_536)]
    public void The_shares_together_keep_the_whole(long megabytes)
    {
        const long runtimeBytes = 20 << 20;
        var shares = new MemoryShares(megabytes << 20);

        var most = runtimeBytes + shares.HeapBytes + shares.SeriesBytes + (shares.SeriesBytes / 10);
        Assert.InRange(most, (megabytes - 1) << 20, megabytes << 20);
        Assert.InRange(shares.SeriesBytes, 20L << 20, long.MaxValue);
    }
}
