using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Functions;

namespace Pharos.Tests.Query.PromQL.Functions;

/// <summary>The kernels that slide windows or look resets up, against the plain computation of each window, over seeded random samples.</summary>
public sealed class RangeKernelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Sliding_windows_give_what_each_window_gives_alone(int seed)
    {
        var random = new Random(seed);
        var times = new long[200];
        var values = new double[200];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = (i == 0 ? 0 : times[i - 1]) + random.Next(1, 40);
            values[i] = random.Next(10) switch { 0 => double.NaN, 1 => 0, _ => random.Next(50) };
        }
        var plan = new WindowPlan(new StepGrid(-50, 37, 150), RangeMs: random.Next(20, 400), OffsetMs: 0, FixedAtMs: null);

        Check(OverTimeKernels.Max, window => window.Any(v => !double.IsNaN(v)) ? window.Where(v => !double.IsNaN(v)).Max() : double.NaN);
        Check(OverTimeKernels.Min, window => window.Any(v => !double.IsNaN(v)) ? window.Where(v => !double.IsNaN(v)).Min() : double.NaN);
        Check(OrderKernels.Quantile, window => OrderKernels.OfSorted(0.3, window.Order().ToArray()));
        Check(OverTimeKernels.Count, window => window.Length);

        void Check(RangeKernel kernel, Func<double[], double> expected)
        {
            var (output, present) = Run(kernel, times, values, plan, 0.3);
            for (var step = 0; step < plan.Grid.Count; step++)
            {
                var window = Window(times, values, plan, step);
                Assert.Equal(window.Length > 0, Presence.Has(present, step));
                if (window.Length > 0) Assert.Equal(expected(window), output[step]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Increase_adds_exactly_the_resets_inside_the_window(int seed)
    {
        var random = new Random(seed);
        var times = Enumerable.Range(0, 300).Select(i => i * 10L).ToArray();
        var values = new double[300];
        for (var i = 1; i < values.Length; i++) values[i] = random.Next(20) == 0 ? random.Next(5) : values[i - 1] + random.Next(9);
        var plan = new WindowPlan(new StepGrid(100, 35, 80), RangeMs: 150, OffsetMs: 0, FixedAtMs: null);

        var (output, present) = Run(RateKernels.Increase, times, values, plan);

        for (var step = 0; step < plan.Grid.Count; step++)
        {
            var window = Window(times, values, plan, step);
            if (window.Length < 2) continue;
            var change = window[^1] - window[0];
            for (var i = 1; i < window.Length; i++) change += window[i] < window[i - 1] ? window[i - 1] : 0;
            var inside = times.Where(t => t > plan.Start(step) && t <= plan.End(step)).ToArray();
            Assert.True(Presence.Has(present, step));
            Assert.Equal(change * Extrapolation.Factor(inside[0], inside[^1], inside.Length - 1, plan.Start(step), plan.End(step), isCounter: true, window[0], change), output[step]);
        }
    }

    [Fact]
    public void A_mean_survives_a_sum_beyond_the_largest_number()
    {
        var (output, _) = Run(OverTimeKernels.Avg, [1, 2, 3], [1.7e308, 1.7e308, 1.7e308], new(new StepGrid(3, 1, 1), 10, 0, null));

        Assert.Equal(1.7e308, output[0], 1e295);
    }

    static (double[] Output, ulong[] Present) Run(RangeKernel kernel, long[] times, double[] values, WindowPlan plan, double parameter = 0)
    {
        var bounds = new WindowBounds();
        bounds.Compute(times, plan);
        var output = new double[plan.Grid.Count];
        var present = new ulong[Presence.Words(plan.Grid.Count)];
        kernel(new(times, values, [], bounds, plan, [[.. Enumerable.Repeat(parameter, plan.Grid.Count)]], new RangeScratch()), output, present);
        return (output, present);
    }

    static double[] Window(long[] times, double[] values, WindowPlan plan, int step) =>
        [.. values.Where((_, i) => times[i] > plan.Start(step) && times[i] <= plan.End(step))];
}
