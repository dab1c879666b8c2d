using System.Globalization;
using System.Text;
using Pharos.Model.Samples;
using Pharos.Server.Metrics.Exposition;

namespace Pharos.Tests.Server.Metrics.Exposition;

public sealed class FloatTextTests
{
    [Theory]
    [InlineData("0", 0.0)]
    [InlineData("-0", -0.0)]
    [InlineData("1.", 1.0)]
    [InlineData(".5", 0.5)]
    [InlineData("+3e2", 300.0)]
    [InlineData("1.345758e+06", 1345758.0)]
    [InlineData("0000000000000000000000000000000000001", 1.0)]
    [InlineData("9007199254740993", 9007199254740992.0)]
    [InlineData("9223372036854775808", 9223372036854775808.0)]
    [InlineData("5e-324", 5e-324)]
    [InlineData("1.7976931348623157e308", double.MaxValue)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    public void A_number_is_read_to_the_last_bit(string text, double expected)
    {
        Assert.True(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.2.3")]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData("1e400")]
    [InlineData("+NaN")]
    [InlineData("infinit")]
    [InlineData("1\0")]
    [InlineData(" 1")]
    [InlineData("١")]
    public void Anything_else_is_refused(string text) => Assert.False(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("NaN")]
    [InlineData("nan")]
    public void Not_a_number_never_becomes_a_stale_marker(string text)
    {
        Assert.True(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(StaleMarker.NormalNaNBits, BitConverter.DoubleToInt64Bits(value));
    }

    [Fact]
    public void Random_numbers_agree_with_the_runtime_s_parser()
    {
        var random = new Random(7);
        string[] formats = ["R", "F0", "F3", "E2", "E15", "G4"];
        for (var i = 0; i < 200_000; i++)
        {
            var number = random.Next(3) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                1 => random.Next(1_000_000) / 1000.0,
                _ => random.NextDouble() * Math.Pow(10, random.Next(-30, 30)),
            };
            if (!double.IsFinite(number)) continue;
            var text = number.ToString(formats[random.Next(formats.Length)], CultureInfo.InvariantCulture);
            Assert.True(FloatText.TryParse(Encoding.UTF8.GetBytes(text), out var value), text);
            Assert.True(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(value), text);
        }
    }
}
