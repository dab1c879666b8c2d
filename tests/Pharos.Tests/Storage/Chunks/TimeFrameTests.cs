using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Xunit;

namespace Pharos.Tests.Storage.Chunks;

public class TimeFrameTests
{
    const long Start = 1_767_225_600_000;

    public static TheoryData<string, long[]> Shapes => new()
    {
        { "one", [Start] },
        { "two", [Start, Start + 15_000] },
        { "exact", Times(128, i => 15_000L * i) },
        { "jitter", Times(128, i => 15_000L * i + (i * 7919 % 11) - 5) },
        { "a gap", Times(128, i => 15_000L * i + (i > 50 ? 600_000 : 0)) },
        { "before the epoch", [-5, -1, 0, 7] },
        { "far apart", [long.MinValue, -1, 0, long.MaxValue] },
        { "wild", Times(128, i => i * (long)1e16 + i * i * 12_345_678_901) },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Times_survive_the_round_trip(string shape, long[] times)
    {
        var coded = Encode(times);

        Assert.Equal(times, Decode(coded, times.Length));
        Assert.NotEmpty(shape);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_cut_at_any_byte_is_told(string shape, long[] times)
    {
        var coded = Encode(times);
        for (var cut = 0; cut < coded.Length; cut++)
        {
            var part = coded[..cut];
            Assert.Throws<CorruptDataException>(() => Decode(part, times.Length));
        }
        Assert.NotEmpty(shape);
    }

    [Fact]
    public void Random_times_survive()
    {
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var step = random.NextInt64(1, 1L << random.Next(1, 50));
            var time = random.NextInt64(-1L << 40, 1L << 41);
            var times = Times(random.Next(1, 129), _ => time += 1 + random.NextInt64(step));
            Assert.Equal(times, Decode(Encode(times), times.Length));
        }
    }

    [Fact]
    public void An_exact_scrape_takes_a_dozen_bytes_and_jitter_half_a_byte_a_sample()
    {
        Assert.InRange(Encode(Times(128, i => 15_000L * i)).Length, 1, 12);
        Assert.InRange(Encode(Times(128, i => 15_000L * i + (i * 7919 % 11) - 5)).Length, 1, 64 + 14);
    }

    [Theory]
    [InlineData("010080a0d5edee66b0ea01", 0L, 15_000L, 30_000L)]
    [InlineData("010480a0d5edee66a6ea010807", 0L, 15_003L, 29_998L, 45_000L)]
    public void Small_frames_have_these_bytes(string expected, params long[] offsets) =>
        Assert.Equal(expected, Convert.ToHexStringLower(Encode([.. offsets.Select(o => Start + o)])));

    [Fact]
    public void A_regular_scrape_is_a_line_and_has_these_bytes() =>
        Assert.Equal("030180a0d5edee66b0ea0100040000", Convert.ToHexStringLower(Encode(Times(21, i => 15_000L * i + (i == 2 ? 1 : 0)))));

    static byte[] Encode(long[] times)
    {
        var buffer = new byte[TimeFrame.MaxBytes(times.Length)];
        return buffer[..TimeFrame.Encode(times, buffer)];
    }

    static long[] Decode(byte[] coded, int count)
    {
        var times = new long[count];
        var reader = new ByteReader(coded, "frame");
        TimeFrame.Decode(ref reader, times);
        reader.ExpectEnd("the frame");
        return times;
    }

    static long[] Times(int count, Func<int, long> offset) => [.. Enumerable.Range(0, count).Select(i => Start + offset(i))];
}
