using System.Globalization;
using BenchmarkDotNet.Attributes;
using Pharos.Server.Text;

namespace Pharos.Bench.Queries;

/// <summary>What 1,000 values of an answer cost as text. Divide by 1,000 for a value.</summary>
public class SampleTextBenchmarks
{
    const int Values = 1_000;

    readonly double[] fractions = [.. Enumerable.Range(1, Values).Select(i => i / 3.0)];
    readonly double[] decimals = [.. Enumerable.Range(1, Values).Select(i => i / 10.0 + 0.05)];
    readonly double[] wholes = [.. Enumerable.Range(1, Values).Select(i => i * 4096.0)];
    readonly byte[] to = new byte[SampleText.MaxValueLength];

    [Benchmark(Baseline = true, Description = "full doubles, the runtime's formatter")]
    public int Runtime()
    {
        var sum = 0;
        foreach (var value in fractions)
        {
            value.TryFormat(to, out var length, default, CultureInfo.InvariantCulture);
            sum += length;
        }
        return sum;
    }

    [Benchmark(Description = "full doubles")]
    public int Fractions() => Write(fractions);

    [Benchmark(Description = "two decimals")]
    public int Decimals() => Write(decimals);

    [Benchmark(Description = "whole numbers")]
    public int Wholes() => Write(wholes);

    int Write(double[] values)
    {
        var sum = 0;
        foreach (var value in values) sum += SampleText.WriteValue(to, value);
        return sum;
    }
}
