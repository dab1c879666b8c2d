using System.Text;
using Pharos.Model.Text;
using Pharos.Server.Text;

namespace Pharos.Tests.Server.Text;

public sealed class SampleTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1, "1")]
    [InlineData(-17, "-17")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(9.5e-7, "9.5e-07")]
    [InlineData(0.00001, "0.00001")]
    [InlineData(123456.789, "123456.789")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(-0.0305, "-0.0305")]
    [InlineData(0.00005, "0.00005")]
    [InlineData(99999999999.9999, "99999999999.9999")]
    [InlineData(100000000000.1, "100000000000.1")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    [InlineData(9007199254740993, "9007199254740992")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(1.5e20, "150000000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Values_have_the_form_of_Prometheus(double value, string text) => Assert.Equal(text, Value(value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0.001")]
    [InlineData(-1, "-0.001")]
    [InlineData(1_435_781_451_781, "1435781451.781")]
    [InlineData(1_435_781_451_700, "1435781451.700")]
    [InlineData(1_435_781_451_000, "1435781451")]
    [InlineData(-1_500, "-1.500")]
    [InlineData(long.MaxValue, "9223372036854775.807")]
    [InlineData(long.MinValue, "-9223372036854775.808")]
    public void Times_are_seconds_with_ms(long timeMs, string text)
    {
        Span<byte> to = stackalloc byte[SampleText.MaxTimeLength];
        Assert.Equal(text, Encoding.UTF8.GetString(to[..SampleText.WriteTime(to, timeMs)]));
    }

    [Fact]
    public void Any_double_is_written_as_by_the_plain_twin_and_reads_back_the_same()
    {
        var random = new Random(11);
        for (var i = 0; i < 200_000; i++)
        {
            var value = i % 2 == 0
                ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
                : Math.Round(random.NextDouble() * Math.Pow(10, random.Next(-8, 23)), random.Next(0, 6));
            var text = Value(value);
            Assert.Equal(GoText.FormatSampleValue(value), text);
            if (double.IsFinite(value)) Assert.Equal(value, double.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    static string Value(double value)
    {
        Span<byte> to = stackalloc byte[SampleText.MaxValueLength];
        return Encoding.UTF8.GetString(to[..SampleText.WriteValue(to, value)]);
    }
}
