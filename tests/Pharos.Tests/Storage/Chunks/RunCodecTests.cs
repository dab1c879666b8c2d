using Pharos.Model.Samples;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Head;

namespace Pharos.Tests.Storage.Chunks;

public sealed class RunCodecTests
{
    [Fact]
    public void Golden_bytes_of_a_run()
    {
        var run = Encode([(1000, 1), (16_000, 3), (31_000, 3), (46_000, 0.5)]);
        Assert.Equal(
            "E803000000000000" + "000000000000F03F" // 1000, 1.0
            + "21" + "3075" + "04" // step +15000 in 2 bytes, +2 in 1
            + "00" // the same again
            + "09" + "E87F", // XOR with 3.0, upper 2 bytes
            Convert.ToHexString(run));
    }

    [Fact]
    public void Any_samples_survive_bit_for_bit_and_a_cut_gives_fewer()
    {
        var random = new Random(11);
        double[] odd = [0, -0.0, double.NaN, StaleMarker.Value, double.MaxValue, double.Epsilon, 1L << 53, -(1L << 53) + 1, 0.1];
        for (var trial = 0; trial < 300; trial++)
        {
            var samples = new List<(long, double)>();
            var time = random.NextInt64(-1L << 45, 1L << 45);
            for (var i = 0; i < 32; i++)
            {
                samples.Add((time, random.Next(4) switch { 0 => odd[random.Next(odd.Length)], 1 => random.Next(1000), 2 => random.NextDouble(), _ => BitConverter.Int64BitsToDouble(random.NextInt64()) }));
                time += random.Next(4) == 0 ? random.NextInt64(1, int.MaxValue) : 15_000;
            }
            var run = Encode(samples);
            var times = new long[32];
            var values = new double[32];
            Assert.Equal(32, RunCodec.Decode(run, 32, times, values));
            for (var i = 0; i < 32; i++) Assert.Equal((samples[i].Item1, BitConverter.DoubleToInt64Bits(samples[i].Item2)), (times[i], BitConverter.DoubleToInt64Bits(values[i])));
            for (var cut = 0; cut < run.Length; cut += 1 + random.Next(9)) Assert.InRange(RunCodec.Decode(run.AsSpan(0, cut), 32, times, values), 0, 31);
        }
    }

    static byte[] Encode(IReadOnlyList<(long TimeMs, double Value)> samples)
    {
        var run = new byte[RunCodec.FirstSampleBytes + (samples.Count * RunCodec.MaxSampleBytes)];
        RunCodec.EncodeFirst(run, samples[0].TimeMs, samples[0].Value);
        var length = RunCodec.FirstSampleBytes;
        var step = 0;
        for (var i = 1; i < samples.Count; i++) length += RunCodec.Encode(run.AsSpan(length), samples[i - 1].TimeMs, samples[i - 1].Value, ref step, samples[i].TimeMs, samples[i].Value);
        return run[..length];
    }
}
