namespace Pharos.Query.PromQL.Functions;

/// <summary>How much of the window the samples stand for: Prometheus' extrapolation of rate, increase and delta.</summary>
/// <remarks>Samples near an end of the window (within 1.1 average intervals) stand for all of it up to that end; else the series is taken to begin or
/// end half an interval beyond. A counter is never extrapolated below zero.</remarks>
static class Extrapolation
{
    const double NearEnd = 1.1;

    public static double Factor(long firstMs, long lastMs, int intervals, long startMs, long endMs, bool isCounter, double firstValue, double change)
    {
        var toStart = (firstMs - startMs) / 1000.0;
        var toEnd = (endMs - lastMs) / 1000.0;
        var sampled = (lastMs - firstMs) / 1000.0;
        var average = sampled / intervals;
        var threshold = average * NearEnd;
        if (toStart >= threshold) toStart = average / 2;
        if (isCounter && change > 0 && firstValue >= 0)
        {
            var toZero = sampled * (firstValue / change);
            if (toZero < toStart) toStart = toZero;
        }
        if (toEnd >= threshold) toEnd = average / 2;
        return (sampled + toStart + toEnd) / sampled;
    }

    /// <summary>The factor when the counter is known to have started at <paramref name="startedMs"/> inside the window.</summary>
    public static double FromStart(long startedMs, long lastMs, int intervals, long betweenSamplesMs, long endMs)
    {
        var sampled = (lastMs - startedMs) / 1000.0;
        var average = intervals > 0 ? betweenSamplesMs / 1000.0 / intervals : 0;
        var toEnd = (endMs - lastMs) / 1000.0;
        if (toEnd >= average * NearEnd) toEnd = average / 2;
        return sampled == 0 ? 1 : (sampled + toEnd) / sampled;
    }
}
