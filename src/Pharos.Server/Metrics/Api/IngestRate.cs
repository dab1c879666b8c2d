namespace Pharos.Server.Metrics.Api;

/// <summary>Samples a second over the last minute, from the counts that were seen when somebody asked.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class IngestRate(TimeProvider time)
{
    const int MaxMarks = 120;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly Queue<(long At, long Samples)> marks = new();

    /// <summary>0 for the first who asks: one point has no slope.</summary>
    public double Observe(long samplesSoFar)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            marks.Enqueue((now, samplesSoFar));
            while (marks.Count > 2 && (marks.Count > MaxMarks || time.GetElapsedTime(marks.Peek().At, now) > Window)) marks.Dequeue();
            var (at, samples) = marks.Peek();
            var seconds = time.GetElapsedTime(at, now).TotalSeconds;
            return seconds < 0.001 ? 0 : (samplesSoFar - samples) / seconds;
        }
    }
}
