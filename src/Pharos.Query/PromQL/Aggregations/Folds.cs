using System.Runtime.CompilerServices;
using Pharos.Query.PromQL.Numbers;

namespace Pharos.Query.PromQL.Aggregations;

/// <summary>How one value joins the running state of a group at a step. State: three numbers, zero at first.</summary>
interface IFold
{
    static abstract void Add(ref double first, ref double second, ref double third, double value);

    static abstract double Result(double first, double second, double third);
}

/// <summary>Kahan sum.</summary>
readonly struct SumFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double sum, ref double lost, ref double third, double value)
    {
        var kahan = new Kahan { Sum = sum, Lost = lost };
        kahan.Add(value);
        sum = kahan.Sum;
        lost = kahan.Lost;
    }

    public static double Result(double sum, double lost, double third) => double.IsInfinity(sum) ? sum : sum + lost;
}

/// <summary>Kahan sum by count; when the sum overflows, a running mean (then the count is kept negative).</summary>
readonly struct AvgFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double sum, ref double lost, ref double count, double value)
    {
        if (count < 0)
        {
            AddToMean(ref sum, ref lost, ref count, value);
            return;
        }
        var kahan = new Kahan { Sum = sum, Lost = lost };
        kahan.Add(value);
        if (double.IsInfinity(kahan.Sum) && count > 0)
        {
            sum /= count;
            lost /= count;
            count = -count;
            AddToMean(ref sum, ref lost, ref count, value);
            return;
        }
        sum = kahan.Sum;
        lost = kahan.Lost;
        count++;
    }

    static void AddToMean(ref double mean, ref double lost, ref double negativeCount, double value)
    {
        negativeCount--;
        var count = -negativeCount;
        var kahan = new Kahan { Sum = mean, Lost = lost };
        kahan.Scale((count - 1) / count);
        kahan.Add(value / count);
        mean = kahan.Sum;
        lost = kahan.Lost;
    }

    public static double Result(double sum, double lost, double count) => count < 0 ? sum + lost : sum / count + lost / count;
}

readonly struct CountFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double count, ref double second, ref double third, double value) => count++;

    public static double Result(double count, double second, double third) => count;
}

readonly struct GroupFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double first, ref double second, ref double third, double value)
    {
    }

    public static double Result(double first, double second, double third) => 1;
}

/// <summary>Any number beats NaN. The second state tells whether there is a value yet.</summary>
readonly struct MaxFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double max, ref double any, ref double third, double value)
    {
        if (any == 0 || max < value || double.IsNaN(max)) max = value;
        any = 1;
    }

    public static double Result(double max, double any, double third) => max;
}

readonly struct MinFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double min, ref double any, ref double third, double value)
    {
        if (any == 0 || min > value || double.IsNaN(min)) min = value;
        any = 1;
    }

    public static double Result(double min, double any, double third) => min;
}

/// <summary>Welford's running variance.</summary>
readonly struct StdvarFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double squares, ref double mean, ref double count, double value)
    {
        count++;
        var delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
    }

    public static double Result(double squares, double mean, double count) => squares / count;
}

readonly struct StddevFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref double squares, ref double mean, ref double count, double value) => StdvarFold.Add(ref squares, ref mean, ref count, value);

    public static double Result(double squares, double mean, double count) => Math.Sqrt(squares / count);
}
