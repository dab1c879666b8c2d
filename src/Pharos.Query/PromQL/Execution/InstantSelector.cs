using Pharos.Model.Reading;
using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Execution;

/// <summary>What an instant selector yields of the sample it finds.</summary>
enum SampleAspect : byte
{
    Value,

    /// <summary>When the sample was taken, in seconds (<c>timestamp()</c>).</summary>
    Time,

    /// <summary>When the sample's counter started, in seconds (<c>start_timestamp()</c>).</summary>
    StartTime,

    /// <summary>When the sample was taken, in seconds, where a native histogram is an error (<c>info()</c>).</summary>
    InfoTime,
}

/// <summary>An instant selector: at each step the newest sample within the lookback, unless that is a stale marker.</summary>
/// <remarks>Which sample a step takes is computed once a time column and shared by all series on it.</remarks>
sealed class InstantSelector(SampleSource source, WindowPlan plan, SampleAspect aspect, bool dropsName, QueryContext context) : VectorOperator
{
    readonly ColumnBounds bounds = new(plan);
    SeriesBatch? batch;
    int at;

    public override bool Next(VectorBatch output)
    {
        output.Reset(plan.Grid.Count);
        while (!output.IsFull)
        {
            if (batch is null || at == batch.Count)
            {
                if (output.Count > 0 && batch is not null) return true; // One input batch at most: its spans die with the next.
                if ((batch = source.Next()) is null) return output.Count > 0;
                at = 0;
                bounds.Forget();
                continue;
            }
            AddRow(batch, at++, output);
        }
        return true;
    }

    public override void Dispose() => source.Dispose();

    void AddRow(SeriesBatch from, int series, VectorBatch output)
    {
        var times = from.Times(series);
        if (times.IsEmpty) return;
        var row = output.AddRow(from.Pairs(series), dropsName);
        var values = output.Values(row);
        var present = output.Present(row);
        var samples = from.Values(series);
        var lane = from.Histograms(series);
        if (!lane.IsEmpty)
        {
            AddMixed(from, series, output, row);
            return;
        }
        var ends = bounds.Of(from, from.TimeColumn(series)).End;
        var firsts = bounds.Of(from, from.TimeColumn(series)).First;
        var count = 0;
        for (var step = 0; step < values.Length; step++)
        {
            var pick = ends[step] - 1;
            if (pick < firsts[step]) continue;
            var value = samples[pick];
            if (double.IsNaN(value) && StaleMarker.Is(value)) continue;
            values[step] = value;
            present[step >> 6] |= 1UL << step;
            count++;
        }
        if (count == 0)
        {
            output.RemoveLast();
            return;
        }
        context.SamplesRead += count;
        if (aspect != SampleAspect.Value) Replace(from, series, values, present, firsts, ends);
    }

    void AddMixed(SeriesBatch from, int series, VectorBatch output, int row)
    {
        var values = output.Values(row);
        var present = output.Present(row);
        var samples = from.Values(series);
        var lane = from.Histograms(series);
        var columnBounds = bounds.Of(from, from.TimeColumn(series));
        var count = 0;
        for (var step = 0; step < values.Length; step++)
        {
            var pick = columnBounds.End[step] - 1;
            if (pick < columnBounds.First[step]) continue;
            if (lane[pick] is { } histogram)
            {
                if (histogram.IsStale) continue;
                if (aspect == SampleAspect.InfoTime) throw new PromQlEvaluationException("info sample should be float");
                if (aspect == SampleAspect.Value) output.EnsureLane(row)[step] = histogram;
            }
            else if (StaleMarker.Is(samples[pick]))
            {
                continue;
            }
            values[step] = samples[pick];
            Presence.Set(present, step);
            count++;
        }
        if (count == 0)
        {
            output.RemoveLast();
            return;
        }
        context.SamplesRead += count;
        if (aspect != SampleAspect.Value) Replace(from, series, values, present, columnBounds.First, columnBounds.End);
    }

    void Replace(SeriesBatch from, int series, Span<double> values, Span<ulong> present, ReadOnlySpan<int> firsts, ReadOnlySpan<int> ends)
    {
        var times = aspect == SampleAspect.StartTime ? from.StartTimes(series) : from.Times(series);
        for (var step = 0; step < values.Length; step++)
        {
            if (!Presence.Has(present, step)) continue;
            if (!times.IsEmpty) values[step] = times[ends[step] - 1] / 1000.0;
            else values[step] = 0;
        }
    }
}
