using Pharos.Model.Samples;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Xunit;

namespace Pharos.Tests.Storage.Chunks;

public class ValueFrameTests
{
    public static TheoryData<string, double[]> Shapes => new()
    {
        { "one", [42] },
        { "constant", Repeat(128, _ => 17.25) },
        { "constant zero", Repeat(128, _ => 0) },
        { "constant negative zero", Repeat(5, _ => -0.0) },
        { "constant stale", Repeat(3, _ => StaleMarker.Value) },
        { "counter", Repeat(128, i => 1_000_000 + 37 * i + i % 5) },
        { "counter with a reset", Repeat(128, i => i < 70 ? 9_000_000 + 100 * i : 100 * (i - 70)) },
        { "bytes in pages", Repeat(100, i => 4096.0 * (1000 + i * 7 % 13)) },
        { "decimals", Repeat(128, i => (1234 + i * 31 % 97) / 100.0) },
        { "negative decimals", Repeat(31, i => -(i * 31 % 97) / 1000.0) },
        { "full doubles near each other", Repeat(128, i => 12345.678 + Math.Sin(i) / 3) },
        { "full doubles around zero", Repeat(128, i => Math.Sin(i * 7.7) / 3) },
        { "largest integers", [9007199254740991, 9007199254740992, 9007199254740993, -9007199254740992, 1e300] },
        { "special", [0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, StaleMarker.Value] },
        { "integers and a stale marker at the end", [.. Repeat(60, i => 5 * i), StaleMarker.Value] },
        { "stale markers first", [StaleMarker.Value, StaleMarker.Value, 5, 6, 7, 8, 9, 10, 11, 12] },
        { "NaN payloads", [BitConverter.Int64BitsToDouble(0x7ff0000000000001), BitConverter.Int64BitsToDouble(unchecked((long)0xfff8dead00000001)), 1, 2, 3, 4, 5, 6] },
        { "spikes", Repeat(128, i => i % 40 == 3 ? 1e12 : i % 7) },
        { "alternating exponents", Repeat(128, i => i % 2 == 0 ? 1e-7 * i : 1e9 * i) },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_bit_survives_the_round_trip(string shape, double[] values)
    {
        var coded = Encode(values);

        Assert.Equal(Bits(values), Bits(Decode(coded, values.Length)));
        Assert.True(coded.Length <= 1 + 8 * values.Length, $"{shape}: {coded.Length} bytes for {values.Length} values");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Skipping_ends_where_decoding_ends(string shape, double[] values)
    {
        byte[] coded = [.. Encode(values), 0xaa];
        var reader = new ByteReader(coded, shape);

        ValueFrame.Skip(ref reader, values.Length);

        Assert.Equal(1, reader.Remaining);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_cut_at_any_byte_is_told(string shape, double[] values)
    {
        var coded = Encode(values);
        for (var cut = 0; cut < coded.Length; cut++)
        {
            var part = coded[..cut];
            Assert.Throws<CorruptDataException>(() => Decode(part, values.Length));
            Assert.Throws<CorruptDataException>(() => Skip(part, values.Length, shape));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_flipped_bit_gives_other_values_or_is_told_but_never_crashes(string shape, double[] values)
    {
        var coded = Encode(values);
        for (var bit = 0; bit < coded.Length * 8; bit++)
        {
            coded[bit / 8] ^= (byte)(1 << bit % 8);
            try
            {
                Decode(coded, values.Length); // The page's check sum keeps such bytes away; here only the bounds matter.
            }
            catch (CorruptDataException e)
            {
                Assert.StartsWith(TestPath, e.Message);
            }
            coded[bit / 8] ^= (byte)(1 << bit % 8);
        }
        Assert.Equal(Bits(values), Bits(Decode(coded, values.Length)));
        Assert.NotEmpty(shape);
    }

    [Fact]
    public void Random_values_of_every_kind_survive()
    {
        var random = new Random(20260101);
        for (var round = 0; round < 20_000; round++)
        {
            var values = RandomValues(random);
            var coded = Encode(values);
            Assert.True(Bits(values).SequenceEqual(Bits(Decode(coded, values.Length))), $"round {round}: {string.Join(" ", values)}");
        }
    }

    [Theory]
    [InlineData("00", 0.0, 0.0, 0.0)]
    [InlineData("024045", 42.0, 42.0, 42.0)]
    [InlineData("10010202", 1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)]
    [InlineData("10020ae4", 5.0, 6.0, 7.0, 8.0)]
    [InlineData("2002321c01", 2.5, 2.8, 2.6, 2.5)]
    public void Small_frames_have_these_bytes(string expected, params double[] values) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Encode(values)));

    [Theory]
    [InlineData(0.31, "steady counter")]
    [InlineData(1.3, "decimals of one digit")]
    [InlineData(7.0, "full doubles")]
    public void Usual_series_stay_small(double maxBytesPerSample, string kind)
    {
        var random = new Random(7);
        var values = kind switch
        {
            "steady counter" => Repeat(128, i => 1e6 + 150 * i + random.Next(2)),
            "decimals of one digit" => Repeat(128, _ => random.Next(500, 1000) / 10.0),
            _ => Repeat(128, _ => 0.25 + random.NextDouble() * 0.5),
        };

        Assert.InRange(Encode(values).Length / 128.0, 0, maxBytesPerSample);
    }

    const string TestPath = "frame";

    static byte[] Encode(double[] values)
    {
        var buffer = new byte[ValueFrame.MaxBytes(values.Length)];
        return buffer[..ValueFrame.Encode(values, buffer)];
    }

    static double[] Decode(byte[] coded, int count)
    {
        var values = new double[count];
        var reader = new ByteReader(coded, TestPath);
        ValueFrame.Decode(ref reader, values);
        reader.ExpectEnd("the frame");
        return values;
    }

    static void Skip(byte[] coded, int count, string shape)
    {
        var reader = new ByteReader(coded, shape);
        ValueFrame.Skip(ref reader, count);
    }

    static long[] Bits(double[] values) => [.. values.Select(BitConverter.DoubleToInt64Bits)];

    static double[] Repeat(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(value)];

    static double[] RandomValues(Random random)
    {
        var count = random.Next(1, 129);
        var kind = random.Next(7);
        var scale = Math.Pow(10, random.Next(16));
        var level = random.NextDouble() * Math.Pow(10, random.Next(12));
        return Repeat(count, i => random.Next(40) == 0 && kind > 3
            ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
            : kind switch
            {
                0 => random.Next(1000),
                1 => level += random.Next(50),
                2 => random.Next(100_000) / scale,
                3 => random.NextDouble(),
                4 => Math.Floor(level += random.Next(5)) * 512,
                5 => random.Next(3) == 0 ? StaleMarker.Value : random.Next(10) / 10.0,
                _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
            });
    }
}
