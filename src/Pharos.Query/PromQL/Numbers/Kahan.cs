using System.Runtime.CompilerServices;

namespace Pharos.Query.PromQL.Numbers;

/// <summary>A running sum with the error it lost so far (Kahan summation, Neumaier's form), step for step as Prometheus adds.</summary>
/// <remarks>An infinite sum drops the error: Inf - Inf would make it NaN.</remarks>
struct Kahan
{
    public double Sum;
    public double Lost;

    public readonly double Total => Sum + Lost;

    /// <summary>The total; an infinite sum stays as it is.</summary>
    public readonly double FiniteTotal => double.IsInfinity(Sum) ? Sum : Sum + Lost;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double value)
    {
        var next = Sum + value;
        if (double.IsInfinity(next)) Lost = 0;
        else if (Math.Abs(Sum) >= Math.Abs(value)) Lost += (Sum - next) + value;
        else Lost += (value - next) + Sum;
        Sum = next;
    }

    public void Scale(double factor)
    {
        Sum *= factor;
        Lost *= factor;
    }

    public void Divide(double divisor)
    {
        Sum /= divisor;
        Lost /= divisor;
    }
}
