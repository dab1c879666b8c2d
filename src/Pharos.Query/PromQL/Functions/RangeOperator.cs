using Pharos.Model.Reading;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Functions;

/// <summary>A function over the windows of a range selector or a sub-query, series by series.</summary>
sealed class RangeOperator(SampleSource source, WindowPlan plan, RangeEnds ends, RangeFunction function, ScalarColumn[] arguments, TextSpan span, QueryContext context) : VectorOperator
{
    readonly ColumnBounds bounds = new(plan);
    readonly WindowBounds ownBounds = new();
    readonly RangeScratch scratch = new();
    readonly MixedRow mixed = new();
    readonly SeriesNotes notes = new(context, span);
    readonly HashSet<int> namesJudged = [];
    double[][]? parameters;
    SeriesBatch? batch;
    int at;

    public override bool Next(VectorBatch output)
    {
        output.Reset(plan.Grid.Count);
        parameters ??= [.. arguments.Select(argument => argument.Values())];
        while (!output.IsFull)
        {
            if (batch is null || at == batch.Count)
            {
                if (output.Count > 0 && batch is not null) return true;
                if ((batch = source.Next()) is null) return output.Count > 0;
                at = 0;
                bounds.Forget();
                continue;
            }
            AddRow(batch, at++, output);
        }
        return true;
    }

    public override void Dispose()
    {
        source.Dispose();
        foreach (var argument in arguments) argument.Dispose();
    }

    void AddRow(SeriesBatch from, int series, VectorBatch output)
    {
        var pairs = from.Pairs(series);
        var row = output.AddRow(pairs, !function.KeepsName || source.DropsName(series));
        var lane = from.Histograms(series);
        var values = from.Values(series);
        if (!lane.IsEmpty)
        {
            AddMixed(LiveSamples.Of(from, series), pairs, output, row);
        }
        else if (LiveSamples.HasStale(values, lane))
        {
            var live = LiveSamples.Of(from, series);
            ownBounds.Compute(live.Times, plan);
            Compute(live.Times, live.Values, live.StartTimes, ownBounds, output, row);
        }
        else
        {
            var column = from.TimeColumn(series);
            Compute(from.ColumnTimes(column), values, from.StartTimes(series), bounds.Of(from, column), output, row);
        }
        var present = output.Present(row);
        if (!Presence.Any(present))
        {
            output.RemoveLast();
            return;
        }
        if (function.IsCounterFunction && output.Lane(row) is null) JudgeName(pairs);
        if (scratch.StartTimesOverlap)
        {
            scratch.StartTimesOverlap = false;
            notes.Of(pairs);
            notes.Warn(NoteText.StartTimeOverlap(notes.Metric));
        }
    }

    void Compute(ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<long> startTimes, WindowBounds windows, VectorBatch output, int row)
    {
        context.SamplesRead += windows.Total;
        if (!context.Options.StartTimestamps || !function.UsesStartTimes) startTimes = [];
        function.Floats(new(times, values, startTimes, windows, plan, parameters!, scratch), output.Values(row), output.Present(row));
        if (function.TakesQuantile) JudgeQuantile(windows);
    }

    void AddMixed(in LiveSamples samples, ReadOnlySpan<int> pairs, VectorBatch output, int row)
    {
        mixed.Split(samples, context.Options.StartTimestamps && function.UsesStartTimes, plan);
        notes.Of(pairs);
        context.SamplesRead += mixed.HistogramBounds.Total;
        Compute(mixed.FloatTimes, mixed.Floats, mixed.FloatStarts, mixed.FloatBounds, output, row);
        var present = output.Present(row);
        for (var step = 0; step < plan.Grid.Count; step++)
        {
            if (mixed.HistogramBounds.First[step] == mixed.HistogramBounds.End[step]) continue;
            var window = mixed.Window(step, plan, ends, notes);
            if (function.Mixed is null)
            {
                if (window.IsMixed) notes.Inform(NoteText.HistogramIgnoredInRange(notes.Metric));
                continue;
            }
            Presence.Clear(present, step);
            if (!function.Mixed(window, out var value, out var histogram)) continue;
            Presence.Set(present, step);
            output.Values(row)[step] = value;
            if (histogram is not null) output.EnsureLane(row)[step] = histogram;
        }
    }

    /// <summary>A rate of something that is not named like a counter is probably a mistake: said once a name.</summary>
    void JudgeName(ReadOnlySpan<int> pairs)
    {
        if (context.Symbols.Find(pairs, context.Symbols.MetricName) is not { } name) return;
        if (context.Options.TypeAndUnitLabels)
        {
            var type = context.Symbols.ValueOf(pairs, context.Symbols.TypeName);
            if (type is not ("counter" or "histogram")) context.Notes.Inform(span, NoteText.PossibleNonCounterType(context.Symbols.Value(name), type));
            return;
        }
        if (!namesJudged.Add(name)) return;
        var text = context.Symbols.ValueUtf8(name);
        if (text.EndsWith("_total"u8) || text.EndsWith("_sum"u8) || text.EndsWith("_count"u8) || text.EndsWith("_bucket"u8)) return;
        context.Notes.Inform(span, NoteText.PossibleNonCounter(context.Symbols.Value(name)));
    }

    void JudgeQuantile(WindowBounds windows)
    {
        for (var step = 0; step < windows.Steps; step++)
        {
            var q = parameters![0][step];
            if (q is >= 0 and <= 1 || windows.First[step] == windows.End[step]) continue;
            context.Notes.Warn(span, NoteText.InvalidQuantile(q));
        }
    }
}
