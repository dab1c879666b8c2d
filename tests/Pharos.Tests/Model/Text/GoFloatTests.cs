using Pharos.Model.Text;

namespace Pharos.Tests.Model.Text;

public sealed class GoFloatTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("+1.", 1)]
    [InlineData("-.5e1", -5)]
    [InlineData("1_0", 10)]
    [InlineData("1_0.2_5e1_0", 10.25e10)]
    [InlineData("0x1p4", 16)]
    [InlineData("-0X1.8P+1", -3)]
    [InlineData("0x_1_0p0", 16)]
    [InlineData("0x.8p1", 1)]
    [InlineData("0x1p-1074", double.Epsilon)]
    [InlineData("0x1fffffffffffff8p0", 144115188075855864)]
    [InlineData("0x10000000000000000000p-76", 1)]
    [InlineData("1e-400", 0)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("+Infinity", double.PositiveInfinity)]
    [InlineData("-INF", double.NegativeInfinity)]
    [InlineData("nAn", double.NaN)]
    public void Numbers_are_read_as_Go_reads_them(string text, double expected)
    {
        Assert.True(GoFloat.TryParse(text, out var value, out var isOutOfRange));
        Assert.Equal(expected, value);
        Assert.False(isOutOfRange);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData(".")]
    [InlineData("1e")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\0")]
    [InlineData("1,0")]
    [InlineData("_1")]
    [InlineData("1_")]
    [InlineData("1__0")]
    [InlineData("1_.0")]
    [InlineData("1._0")]
    [InlineData("1e_1")]
    [InlineData("0x10")]
    [InlineData("0xp1")]
    [InlineData("0x1.2.3p1")]
    [InlineData("0x1p")]
    [InlineData("0b1")]
    [InlineData("+nan")]
    [InlineData("+-inf")]
    [InlineData("infinit")]
    [InlineData("١")]
    public void Anything_else_is_none(string text)
    {
        Assert.False(GoFloat.TryParse(text, out _, out var isOutOfRange));
        Assert.False(isOutOfRange);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("0x1p2000")]
    public void A_number_beyond_the_range_is_told_apart(string text)
    {
        Assert.False(GoFloat.TryParse(text, out var value, out var isOutOfRange));
        Assert.True(isOutOfRange);
        Assert.True(double.IsInfinity(value));
    }
}
