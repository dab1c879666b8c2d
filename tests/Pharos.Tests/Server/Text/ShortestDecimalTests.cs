using System.Globalization;
using System.Text;
using Pharos.Model.Text;
using Pharos.Server.Text;

namespace Pharos.Tests.Server.Text;

/// <summary>The reference is the runtime's formatter behind <see cref="GoText"/>: it finds the fewest digits, too, and of those the nearest.</summary>
public sealed class ShortestDecimalTests
{
    [Theory]
    [InlineData(0.5, "0.5")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(1.0000000000000002, "1.0000000000000002")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    [InlineData(4503599627370495.5, "4503599627370495.5")]
    [InlineData(-1234567890.123457, "-1234567890.123457")]
    [InlineData(-0.0000012345678901234567, "-0.0000012345678901234567")]
    public void Numbers_have_the_fewest_digits(double value, string text)
    {
        Assert.Equal(text, Write(value));
        Assert.True(text.Length <= ShortestDecimal.MaxLength);
    }

    [Fact]
    public void Powers_of_two_and_their_neighbours_are_right_though_their_intervals_are_lopsided()
    {
        for (var power = -19; power < 52; power++)
        {
            var value = Math.ScaleB(1, power);
            foreach (var near in (double[])[value, Math.BitDecrement(value), Math.BitIncrement(value), Math.BitIncrement(Math.BitIncrement(value))]) Check(near);
        }
    }

    [Fact]
    public void Any_number_of_the_range_is_written_as_by_the_runtime()
    {
        var random = new Random(7);
        for (var i = 0; i < 300_000; i++)
        {
            var mantissa = random.NextInt64(1L << 52);
            if (i % 3 == 0) mantissa &= -1L << random.Next(52); // Few bits: often exactly half way between two decimals.
            Check(BitConverter.Int64BitsToDouble((random.NextInt64(1023 - 19, 1023 + 52) << 52) | mantissa));
            Check(Math.Round(random.NextDouble() * Math.Pow(10, random.Next(-3, 12)), random.Next(1, 12)));
        }
    }

    static void Check(double value)
    {
        if (Math.Abs(value) < ShortestDecimal.MinMagnitude || Math.Floor(value) == value) return;
        var text = Write(value);
        Assert.Equal(GoText.FormatSampleValue(value), text);
        Assert.Equal(value, double.Parse(text, CultureInfo.InvariantCulture));
    }

    static string Write(double value)
    {
        Span<byte> to = stackalloc byte[ShortestDecimal.MaxLength];
        return Encoding.UTF8.GetString(to[..ShortestDecimal.Write(to, value)]);
    }
}
