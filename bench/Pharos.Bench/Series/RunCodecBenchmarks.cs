using BenchmarkDotNet.Attributes;
using Pharos.Bench.Compare;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Head;

namespace Pharos.Bench.Series;

/// <summary>Decoding the open runs of 100 series of the fleet, 32 samples each: most of what an instant rate over a few minutes reads.</summary>
public class RunCodecBenchmarks
{
    const int Samples = 32;

    readonly byte[][] runs = [.. Enumerable.Range(0, 100).Select(Encode)];
    readonly long[] times = new long[Samples];
    readonly double[] values = new double[Samples];

    [Benchmark(Description = "decode 100 open runs of 32 samples")]
    public int Decode()
    {
        var decoded = 0;
        foreach (var run in runs) decoded += RunCodec.Decode(run, Samples, times, values);
        return decoded;
    }

    static byte[] Encode(int number)
    {
        var fleet = new FleetData(targets: 1, 1_767_225_600_000, 15_000);
        var series = number * 10; // Parts of histograms, counters and gauges.
        var (run, stepMs) = (new byte[RunCodec.FirstSampleBytes + Samples * RunCodec.MaxSampleBytes], 0);
        RunCodec.EncodeFirst(run, fleet.TimeMs(0, 0), fleet.Value(series, 0));
        var length = RunCodec.FirstSampleBytes;
        for (var step = 1; step < Samples; step++)
        {
            length += RunCodec.Encode(run.AsSpan(length), fleet.TimeMs(0, step - 1), fleet.Value(series, step - 1), ref stepMs, fleet.TimeMs(0, step), fleet.Value(series, step));
        }
        return run[..length];
    }
}
