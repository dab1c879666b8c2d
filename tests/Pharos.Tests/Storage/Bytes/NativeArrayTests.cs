using System.Diagnostics;
using Pharos.Storage.Bytes;
using Xunit;

namespace Pharos.Tests.Storage.Bytes;

public class NativeArrayTests
{
    [Fact]
    public void Elements_start_as_zero_and_keep_what_is_written_far_apart()
    {
        using var array = new NativeArray<long>(1L << 33); // 64 GB of addresses: only touched pages are memory.
        Assert.Equal(0, array[(1L << 33) - 1]);
        array[(1L << 33) - 1] = 7;
        array.AsSpan(5, 2)[1] = 8;

        Assert.Equal((7, 8), (array[(1L << 33) - 1], array[6]));
    }

    [Theory]
    [InlineData(0, 10_000)]
    [InlineData(1, 9_000)]
    [InlineData(700, 100)]
    [InlineData(5_000, 0)]
    public void Released_elements_are_zero_and_their_neighbours_stay(int first, int length)
    {
        using var array = new NativeArray<int>(10_000);
        array.AsSpan(0, 10_000).Fill(3);

        array.Release(first, length);

        for (var i = 0; i < 10_000; i++) Assert.Equal(i >= first && i < first + length ? 0 : 3, array[i]);
    }

    [Fact]
    public void Outside_is_a_bug_that_is_told()
    {
        var array = new NativeArray<int>(10);
        Assert.Throws<UnreachableException>(() => array[10]);
        Assert.Throws<UnreachableException>(() => array[-1]);
        Assert.Throws<UnreachableException>(() => array.AsSpan(5, 6).Length);
        Assert.Throws<UnreachableException>(() => array.AsSpan(5, -1).Length);
        Assert.Throws<UnreachableException>(() => array.Release(9, 2));
        array.Dispose();
        Assert.Throws<UnreachableException>(() => array[0]);
        array.Dispose();
    }
}
