using Pharos.Model.Samples;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Planning;

/// <summary>One run of one query: plans, evaluates, orders and hands out the result.</summary>
sealed class Evaluation(QueryContext context, StepGrid grid, bool isRange)
{
    TimeSpan prepared;
    TimeSpan evaluated;

    /// <param name="text">Makes the text that positions in notes refer to; asked for only when there are notes.</param>
    public QueryResult Run(Expr query, Func<string> text, long startedAt)
    {
        using var planner = new Planner(context);
        if (query.Kind == ValueKind.String) return Result(ValueKind.String, [], text, startedAt, query.Literal().Value);
        if (grid.Count == 0) return Result(ValueKind.Matrix, [], text, startedAt);
        return query.Kind switch
        {
            ValueKind.Scalar => Scalar(planner, query, text, startedAt),
            ValueKind.Matrix => Samples(planner, query, text, startedAt),
            _ => Vector(planner, query, text, startedAt),
        };
    }

    QueryResult Scalar(Planner planner, Expr query, Func<string> text, long startedAt)
    {
        using var column = planner.Scalar(query, grid);
        prepared = context.Elapsed;
        var series = new ResultSeries([], Times(), column.Values(), null);
        evaluated = context.Elapsed;
        return Result(isRange ? ValueKind.Matrix : ValueKind.Scalar, [series], text, startedAt);
    }

    QueryResult Vector(Planner planner, Expr query, Func<string> text, long startedAt)
    {
        using var operation = planner.Vector(query, grid);
        prepared = context.Elapsed;
        var table = Table.Of(operation, grid, context);
        try
        {
            if (context.Options.DelayedNameRemoval) table = WithoutNames(table);
            var series = isRange ? Matrix(table) : Instant(table);
            evaluated = context.Elapsed;
            if (isRange) Sort(series);
            return Result(isRange ? ValueKind.Matrix : ValueKind.Vector, series, text, startedAt);
        }
        finally
        {
            table.Dispose();
        }
    }

    /// <summary>A range selector as the whole query: its raw samples.</summary>
    QueryResult Samples(Planner planner, Expr query, Func<string> text, long startedAt)
    {
        var (source, plan, ends) = planner.Range(query, grid);
        using var owned = source;
        prepared = context.Elapsed;
        if (ends != RangeEnds.Plain) throw new PromQlEvaluationException($"{ends.ToString().ToLowerInvariant()} modifier can only be used with range functions");
        var series = new List<ResultSeries>();
        var bounds = new WindowBounds();
        while (source.Next() is { } batch)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var samples = LiveSamples.Of(batch, i);
                bounds.Compute(samples.Times, plan);
                var range = bounds.First[0]..bounds.End[0];
                if (bounds.Total == 0) continue;
                context.SamplesRead += bounds.Total;
                context.Hold(bounds.Total * 16, bounds.Total);
                var pairs = batch.Pairs(i);
                var histograms = samples.Histograms.IsEmpty ? null : samples.Histograms[range].ToArray();
                series.Add(new(source.DropsName(i) ? context.Symbols.WithoutMetadata(pairs) : pairs.ToArray(), samples.Times[range].ToArray(), samples.Values[range].ToArray(), histograms));
            }
        }
        evaluated = context.Elapsed;
        Sort(series);
        return Result(ValueKind.Matrix, series, text, startedAt);
    }

    /// <summary>Delayed removal of names: the marked rows lose theirs, and rows that then have the same labels become one.</summary>
    Table WithoutNames(Table table)
    {
        var any = false;
        for (var row = 0; row < table.Count && !any; row++) any = table.DropsName(row);
        if (!any) return table;
        var merge = new LabelMerge(grid, context);
        for (var row = 0; row < table.Count; row++)
        {
            var pairs = table.Pairs(row);
            merge.Add(table, row, table.DropsName(row) ? context.Symbols.WithoutMetadata(pairs) : pairs, drops: false);
        }
        table.Dispose();
        return merge.Result;
    }

    List<ResultSeries> Instant(Table table)
    {
        var times = Times();
        var values = new double[table.Count];
        var series = new List<ResultSeries>(table.Count);
        for (var row = 0; row < table.Count; row++)
        {
            if (!Presence.Has(table.Present(row), 0)) continue;
            values[row] = table.Values(row)[0];
            var histogram = table.HistogramAt(row, 0);
            series.Add(new(table.Pairs(row).ToArray(), times, values.AsMemory(row, 1), histogram is null ? null : [histogram]));
        }
        return series;
    }

    List<ResultSeries> Matrix(Table table)
    {
        var allTimes = Times();
        var series = new List<ResultSeries>(table.Count);
        for (var row = 0; row < table.Count; row++)
        {
            var present = table.Present(row);
            var count = Presence.Count(present);
            if (count == 0) continue;
            var pairs = table.Pairs(row).ToArray();
            var lane = table.Lane(row);
            if (lane is not null && Array.TrueForAll(lane, histogram => histogram is null)) lane = null;
            if (count == grid.Count)
            {
                series.Add(new(pairs, allTimes, table.Values(row).ToArray(), lane));
                continue;
            }
            var times = new long[count];
            var values = new double[count];
            var histograms = lane is null ? null : new FloatHistogram?[count];
            var at = 0;
            for (var step = 0; step < grid.Count; step++)
            {
                if (!Presence.Has(present, step)) continue;
                times[at] = allTimes[step];
                values[at] = table.Values(row)[step];
                if (histograms is not null) histograms[at] = lane![step];
                at++;
            }
            series.Add(new(pairs, times, values, histograms));
        }
        return series;
    }

    void Sort(List<ResultSeries> series) => series.Sort((left, right) => context.Symbols.Compare(left.Pairs, right.Pairs));

    long[] Times()
    {
        var times = new long[grid.Count];
        for (var step = 0; step < times.Length; step++) times[step] = grid.At(step);
        return times;
    }

    QueryResult Result(ValueKind kind, List<ResultSeries> series, Func<string> query, long startedAt, string text = "")
    {
        var (warnings, infos) = context.Notes.Texts(query);
        var total = context.Options.Clock.GetElapsedTime(startedAt);
        return new(kind, series, context.Symbols, context.Snapshot)
        {
            Text = text,
            Warnings = warnings,
            Infos = infos,
            Stats = new()
            {
                SamplesRead = context.SamplesRead,
                SeriesRead = context.SeriesRead,
                PeakSamples = context.PeakSamples,
                Preparing = prepared,
                Evaluating = evaluated - prepared,
                Sorting = total - evaluated,
            },
        };
    }
}
