using Pharos.Model.Samples;
using Pharos.Storage.Bytes;
using Pharos.Storage.Wal;

namespace Pharos.Tests.Storage.Wal;

public sealed class SampleRecordTests
{
    [Fact]
    public void Golden_bytes_of_two_samples()
    {
        var payload = Encode((1, 1000, 5), (2, 1000, 0.5));
        // count 2 | tag: time follows, 1 byte integer; zigzag(1000) as varint; zigzag(5) | tag: 2 upper bytes; 3f e0 in little-endian.
        Assert.Equal("02000000" + "11D00F0A" + "09E03F", Convert.ToHexString(payload));
    }

    [Fact]
    public void Any_samples_survive_bit_for_bit()
    {
        var random = new Random(3);
        double[] odd = [0, -0.0, double.NaN, StaleMarker.Value, double.MaxValue, double.Epsilon, double.NegativeInfinity, 1L << 53, -(1L << 53), (1L << 53) - 1, 0.1, BitConverter.Int64BitsToDouble(0x7ff8_0000_0000_0001)];
        var samples = new List<(uint, long, double)>();
        for (var i = 0; i < 5000; i++)
        {
            samples.Add((random.Next(3) == 0 ? (uint)random.NextInt64(uint.MaxValue) : (uint)i, random.Next(3) == 0 ? random.NextInt64() : 1_700_000_000_000, random.Next(3) switch { 0 => odd[random.Next(odd.Length)], 1 => random.Next(), _ => BitConverter.Int64BitsToDouble(random.NextInt64()) }));
        }
        var reader = new SampleRecordReader(Encode([.. samples]));
        foreach (var (id, time, value) in samples)
        {
            Assert.True(reader.MoveNext());
            Assert.Equal((id, time, BitConverter.DoubleToInt64Bits(value)), (reader.Id, reader.TimeMs, BitConverter.DoubleToInt64Bits(reader.Value)));
        }
        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void A_cut_record_is_corrupt_data_and_nothing_else()
    {
        var payload = Encode((1, 1000, 5), (700, 99_000, 0.1), (2, 1000, 1e300));
        for (var cut = 4; cut < payload.Length; cut++)
        {
            Assert.Throws<CorruptDataException>(() =>
            {
                var reader = new SampleRecordReader(payload.AsSpan(0, cut));
                while (reader.MoveNext())
                {
                }
            });
        }
    }

    static byte[] Encode(params (uint Id, long TimeMs, double Value)[] samples)
    {
        var buffer = new LogBuffer();
        buffer.Begin(LogRecordKind.Samples, 0, 1);
        var writer = new SampleRecordWriter(buffer);
        writer.Begin();
        foreach (var (id, time, value) in samples) writer.Add(id, time, value);
        writer.End();
        return buffer.Written.Slice(LogRecord.HeaderBytes, buffer.PayloadLength).ToArray();
    }
}
