namespace Pharos.Server.Metrics.Api;

/// <summary>Samples a second over the last minute, from the counts that were seen when somebody asked.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class IngestRate(TimeProvider time)
{
    const int MaxMarks = 120;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly Queue<(long At, long Samples)> marks = new([(time.GetTimestamp(), 0)]); // Nothing was appended before the process began.

    /// <summary>Who asks after a long silence gets the mean since somebody asked last, or since the start.</summary>
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
