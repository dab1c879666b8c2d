using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Functions;

/// <summary><c>selector smoothed</c>: the value at each step interpolated between the samples before and after it, each within the lookback.</summary>
/// <remarks>Native histograms are counters unless both are marked as gauges: where the later one resets, the counter rises from zero.</remarks>
sealed class SmoothedSelector(SampleSource source, WindowPlan plan, TextSpan span, QueryContext context) : VectorOperator
{
    readonly WindowBounds bounds = new();
    readonly SeriesNotes notes = new(context, span);
    SeriesBatch? batch;
    int at;

    public override bool Next(VectorBatch output)
    {
        output.Reset(plan.Grid.Count);
        while (!output.IsFull)
        {
            if (batch is null || at == batch.Count)
            {
                if (output.Count > 0 && batch is not null) return true;
                if ((batch = source.Next()) is null) return output.Count > 0;
                at = 0;
                continue;
            }
            AddRow(batch, at++, output);
        }
        return true;
    }

    public override void Dispose() => source.Dispose();

    void AddRow(SeriesBatch from, int series, VectorBatch output)
    {
        var (times, samples, lane) = LiveSamples.Of(from, series);
        bounds.Compute(times, plan);
        var row = output.AddRow(from.Pairs(series), drops: false);
        var values = output.Values(row);
        var present = output.Present(row);
        for (var step = 0; step < values.Length; step++)
        {
            var first = bounds.First[step];
            var end = bounds.End[step];
            if (first == end) continue;
            context.SamplesRead += end - first;
            var atMs = plan.End(step);
            var next = first;
            while (next < end && times[next] < atMs) next++;
            if (next == first && times[next] > atMs) continue; // Nothing before it: the series has not begun.
            if (!lane.IsEmpty && lane[first..end].ContainsAnyExcept((FloatHistogram?)null))
            {
                notes.Of(from.Pairs(series));
                if (Histogram(times, lane, first, next, end, atMs) is not { } histogram) continue;
                output.EnsureLane(row)[step] = histogram;
                values[step] = histogram.Sum;
            }
            else if (next == end) values[step] = samples[next - 1];
            else if (times[next] == atMs) values[step] = samples[next];
            else values[step] = samples[next - 1] + (samples[next] - samples[next - 1]) * (atMs - times[next - 1]) / (times[next] - times[next - 1]);
            Presence.Set(present, step);
        }
    }

    FloatHistogram? Histogram(ReadOnlySpan<long> times, ReadOnlySpan<FloatHistogram?> lane, int first, int next, int end, long atMs)
    {
        if (lane[first..end].Contains(null))
        {
            notes.Warn(NoteText.MixedFloatsHistograms(notes.Metric));
            return null;
        }
        if (next == end) return lane[next - 1];
        if (times[next] == atMs) return lane[next];
        var (before, behind) = (lane[next - 1]!, lane[next]!);
        var isCounter = before.Hint != CounterResetHint.Gauge || behind.Hint != CounterResetHint.Gauge;
        return HistogramRates.Interpolate(before, times[next - 1], behind, times[next], atMs, isCounter, notes);
    }
}
