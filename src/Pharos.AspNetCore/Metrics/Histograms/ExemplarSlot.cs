using System.Diagnostics;

namespace Pharos.AspNetCore.Metrics.Histograms;

/// <summary>The newest sampled measurement of a bucket or counter with the trace that it belongs to.</summary>
/// <remarks>Threads: any. Whoever finds it busy leaves: an exemplar is one of many, and a measurement waits for nobody. Allocates nothing.</remarks>
sealed class ExemplarSlot
{
    int isBusy;
    Exemplar newest;

    public void Set(double value, Activity activity, long unixMs)
    {
        if (Interlocked.Exchange(ref isBusy, 1) != 0) return;
        newest = new(value, activity.TraceId, activity.SpanId, unixMs);
        Volatile.Write(ref isBusy, 0);
    }

    public bool TryGet(out Exemplar exemplar)
    {
        exemplar = default;
        var spin = new SpinWait();
        while (Interlocked.Exchange(ref isBusy, 1) != 0)
        {
            if (spin.NextSpinWillYield) return false;
            spin.SpinOnce();
        }
        exemplar = newest;
        Volatile.Write(ref isBusy, 0);
        return exemplar.UnixMs != 0;
    }
}

/// <param name="UnixMs">When it was measured; 0 for none.</param>
readonly record struct Exemplar(double Value, ActivityTraceId TraceId, ActivitySpanId SpanId, long UnixMs);
