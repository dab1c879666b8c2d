using Pharos.Query.PromQL.Execution;

namespace Pharos.Query.PromQL.Functions;

/// <summary>The float samples of one series with the windows of all steps: what a range function computes from.</summary>
/// <param name="parameters">Scalar arguments, one value a step each.</param>
readonly ref struct RangeInput(ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<long> startTimes, WindowBounds bounds, WindowPlan plan, double[][] parameters, RangeScratch scratch)
{
    public readonly ReadOnlySpan<long> Times = times;
    public readonly ReadOnlySpan<double> Values = values;

    /// <summary>Empty when unknown, or when the engine does not use them.</summary>
    public readonly ReadOnlySpan<long> StartTimes = startTimes;
    public readonly ReadOnlySpan<int> First = bounds.First;
    public readonly ReadOnlySpan<int> End = bounds.End;
    public readonly WindowPlan Plan = plan;
    public readonly double[][] Parameters = parameters;
    public readonly RangeScratch Scratch = scratch;

    public int Steps => First.Length;
}

/// <summary>Buffers that range functions use again for each series, and what they found to say of it.</summary>
sealed class RangeScratch
{
    double[] numbers = new double[256];
    int[] indexes = new int[256];

    /// <summary>Set when a sample's start time lies before the sample before it.</summary>
    public bool StartTimesOverlap { get; set; }

    public Span<double> Numbers(int count)
    {
        if (numbers.Length < count) numbers = new double[Math.Max(count, numbers.Length * 2)];
        return numbers.AsSpan(0, count);
    }

    public Span<int> Indexes(int count)
    {
        if (indexes.Length < count) indexes = new int[Math.Max(count, indexes.Length * 2)];
        return indexes.AsSpan(0, count);
    }
}

/// <summary>Computes one range function for one series: sets value and presence of each step that has a result.</summary>
delegate void RangeKernel(in RangeInput input, Span<double> output, Span<ulong> present);
