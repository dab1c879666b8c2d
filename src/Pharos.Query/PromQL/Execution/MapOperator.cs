using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Execution;

/// <summary>A function of each float by itself: abs, ln, clamp, hour and their kin. Histograms are left out.</summary>
/// <remarks>The function gets whole columns, so that the call costs once a row.</remarks>
sealed class MapOperator(VectorOperator inner, MapOperator.Column map) : VectorOperator
{
    /// <summary>Changes the values in place; values at absent steps may become anything. May clear presence bits.</summary>
    public delegate void Column(Span<double> values, Span<ulong> present);

    public override bool Next(VectorBatch batch)
    {
        if (!inner.Next(batch)) return false;
        for (var row = 0; row < batch.Count; row++)
        {
            var present = batch.Present(row);
            if (batch.Lane(row) is { } lane)
            {
                for (var step = 0; step < lane.Length; step++)
                {
                    if (lane[step] is not null) Presence.Clear(present, step);
                }
                batch.SetLane(row, null);
            }
            map(batch.Values(row), present);
            batch.SetDropsName(row, true);
        }
        return true;
    }

    public override void Dispose() => inner.Dispose();
}

/// <summary>A function of each histogram by itself that yields a number: histogram_count and its kin. Floats are left out.</summary>
sealed class HistogramMapOperator(VectorOperator inner, Func<FloatHistogram, double> map) : VectorOperator
{
    public override bool Next(VectorBatch batch)
    {
        if (!inner.Next(batch)) return false;
        for (var row = 0; row < batch.Count; row++)
        {
            var present = batch.Present(row);
            var values = batch.Values(row);
            var lane = batch.Lane(row);
            for (var step = 0; step < values.Length; step++)
            {
                if (!Presence.Has(present, step)) continue;
                if (lane?[step] is { } histogram) values[step] = map(histogram);
                else Presence.Clear(present, step);
            }
            batch.SetLane(row, null);
            batch.SetDropsName(row, true);
        }
        return true;
    }

    public override void Dispose() => inner.Dispose();
}

/// <summary>Unary minus.</summary>
sealed class NegateOperator(VectorOperator inner) : VectorOperator
{
    public override bool Next(VectorBatch batch)
    {
        if (!inner.Next(batch)) return false;
        for (var row = 0; row < batch.Count; row++)
        {
            var values = batch.Values(row);
            for (var step = 0; step < values.Length; step++) values[step] = -values[step];
            if (batch.Lane(row) is { } lane)
            {
                var negated = new FloatHistogram?[lane.Length];
                for (var step = 0; step < lane.Length; step++)
                {
                    if (lane[step] is not { } histogram) continue;
                    var sum = new Histograms.HistogramSum(histogram);
                    sum.Scale(-1);
                    negated[step] = sum.ToHistogram();
                }
                batch.SetLane(row, negated);
            }
            batch.SetDropsName(row, true);
        }
        return true;
    }

    public override void Dispose() => inner.Dispose();
}

/// <summary><c>vector(s)</c>: one series without labels.</summary>
sealed class VectorOfScalar(ScalarColumn scalar, StepGrid grid) : VectorOperator
{
    bool done;

    public override bool Next(VectorBatch batch)
    {
        if (done) return false;
        done = true;
        batch.Reset(grid.Count);
        var row = batch.AddRow([], drops: false);
        scalar.Values().CopyTo(batch.Values(row));
        Presence.SetAll(batch.Present(row), grid.Count);
        return true;
    }

    public override void Dispose() => scalar.Dispose();
}

/// <summary>An expression that is the same at all steps, because all its selectors have <c>@</c>: computed for one step, repeated for the others.</summary>
sealed class RepeatOperator(VectorOperator once, StepGrid grid, QueryContext context) : VectorOperator
{
    readonly VectorBatch single = new();
    int at;
    bool ended;

    public override bool Next(VectorBatch batch)
    {
        batch.Reset(grid.Count);
        while (!ended && !batch.IsFull)
        {
            if (at == single.Count)
            {
                context.CheckTime();
                at = 0;
                if (once.Next(single)) continue;
                ended = true;
                break;
            }
            var from = at++;
            if (!Presence.Has(single.Present(from), 0)) continue;
            var row = batch.AddRow(single.Pairs(from), single.DropsName(from));
            batch.Values(row).Fill(single.Values(from)[0]);
            Presence.SetAll(batch.Present(row), grid.Count);
            if (single.Lane(from)?[0] is { } histogram) Array.Fill(batch.EnsureLane(row), histogram);
        }
        return !ended || batch.Count > 0;
    }

    public override void Dispose()
    {
        single.Dispose();
        once.Dispose();
    }
}

/// <summary>absent(v) and absent_over_time(v): 1 at the steps at which no series has a sample.</summary>
sealed class AbsentOperator(VectorOperator inner, int[] pairs, StepGrid grid, QueryContext context) : VectorOperator
{
    bool done;

    public override bool Next(VectorBatch batch)
    {
        if (done) return false;
        done = true;
        var any = new ulong[Presence.Words(grid.Count)];
        while (inner.Next(batch))
        {
            context.CheckTime();
            for (var row = 0; row < batch.Count; row++) Presence.Or(any, batch.Present(row));
        }
        batch.Reset(grid.Count);
        var added = batch.AddRow(pairs, drops: false);
        batch.Values(added).Fill(1);
        var present = batch.Present(added);
        Presence.SetAll(present, grid.Count);
        Presence.AndNot(present, any);
        return true;
    }

    public override void Dispose() => inner.Dispose();
}
