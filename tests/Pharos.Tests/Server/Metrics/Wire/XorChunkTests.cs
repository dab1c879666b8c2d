using Pharos.Server.Metrics.Wire;

namespace Pharos.Tests.Server.Metrics.Wire;

public sealed class XorChunkTests
{
    [Fact]
    public void Any_samples_come_back_by_a_plain_reader()
    {
        var random = new Random(3);
        for (var round = 0; round < 500; round++)
        {
            var times = new long[random.Next(1, XorChunk.MaxSamples + 1)];
            var values = new double[times.Length];
            var time = random.NextInt64(-1L << 40, 1L << 41);
            for (var i = 0; i < times.Length; i++)
            {
                time += random.Next(4) switch { 0 => 15_000, 1 => 15_000 + random.Next(-3, 4), 2 => random.Next(1, 2_000_000), _ => random.NextInt64(1, 1L << 36) };
                times[i] = time;
                values[i] = random.Next(4) switch { 0 => i, 1 => i > 0 ? values[i - 1] : 0, 2 => random.NextDouble(), _ => BitConverter.Int64BitsToDouble(random.NextInt64()) };
            }

            var (decodedTimes, decodedValues) = Decode(XorChunk.Encode(times, values));

            Assert.Equal(times, decodedTimes);
            Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), decodedValues.Select(BitConverter.DoubleToInt64Bits));
        }
    }

    /// <summary>Written from the description of the format, one bit at a time.</summary>
    static (long[] Times, double[] Values) Decode(byte[] chunk)
    {
        var at = 16;
        var count = (chunk[0] << 8) | chunk[1];
        var times = new long[count];
        var values = new double[count];
        var delta = 0L;
        int leading = 0, trailing = 0;
        for (var i = 0; i < count; i++)
        {
            if (i == 0)
            {
                times[0] = ProtoReader.ZigZag(Varint());
                values[0] = BitConverter.UInt64BitsToDouble(Bits(64));
                continue;
            }
            if (i == 1)
            {
                delta = (long)Varint();
            }
            else
            {
                var ones = 0;
                while (ones < 4 && Bits(1) == 1) ones++;
                delta += ones switch { 0 => 0, 1 => Signed(14), 2 => Signed(17), 3 => Signed(20), _ => (long)Bits(64) };
            }
            times[i] = times[i - 1] + delta;
            var bits = BitConverter.DoubleToUInt64Bits(values[i - 1]);
            if (Bits(1) == 1)
            {
                if (Bits(1) == 1)
                {
                    leading = (int)Bits(5);
                    var significant = (int)Bits(6);
                    trailing = 64 - leading - (significant == 0 ? 64 : significant);
                }
                bits ^= Bits(64 - leading - trailing) << trailing;
            }
            values[i] = BitConverter.UInt64BitsToDouble(bits);
        }
        return (times, values);

        ulong Bits(int wanted)
        {
            var value = 0UL;
            for (; wanted > 0; wanted--, at++) value = (value << 1) | (uint)((chunk[at / 8] >> (7 - at % 8)) & 1);
            return value;
        }

        long Signed(int width)
        {
            var value = (long)Bits(width);
            return value > 1L << (width - 1) ? value - (1L << width) : value;
        }

        ulong Varint()
        {
            var value = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                var next = Bits(8);
                value |= (next & 0x7f) << shift;
                if (next < 0x80) return value;
            }
        }
    }
}
