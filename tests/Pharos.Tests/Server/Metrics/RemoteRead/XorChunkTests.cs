using Pharos.Server.Metrics.RemoteRead;
using Pharos.Server.Wire;


namespace Pharos.Tests.Server.Metrics.RemoteRead;

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

    static (long[] Times, double[] Values) Decode(byte[] chunk)
    {
        var reader = new ChunkBitReader(chunk);
        var count = (int)reader.Bits(16);
        var times = new long[count];
        var values = new double[count];
        var delta = 0L;
        var value = default(ChunkBitReader.XorState);
        for (var i = 0; i < count; i++)
        {
            if (i == 0)
            {
                times[0] = ProtoReader.ZigZag(reader.Varint());
                values[0] = value.Start(reader.Bits(64));
                continue;
            }
            if (i == 1)
            {
                delta = (long)reader.Varint();
            }
            else
            {
                var ones = 0;
                while (ones < 4 && reader.Bits(1) == 1) ones++;
                delta += ones switch { 0 => 0, 1 => reader.Signed(14), 2 => reader.Signed(17), 3 => reader.Signed(20), _ => (long)reader.Bits(64) };
            }
            times[i] = times[i - 1] + delta;
            values[i] = reader.Xor(ref value);
        }
        return (times, values);
    }
}
