namespace Pharos.Server.Metrics.Api;

/// <summary>Samples a second over the last minute at least, from the counts that were seen when somebody asked.</summary>
/// <remarks>Scrapes come in bursts, so the mean is never taken over less than a minute once the process is that old. Threads: safe for all.</remarks>
sealed class IngestRate(TimeProvider time)
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    static readonly TimeSpan BetweenMarks = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly List<(long At, long Samples)> marks = [(time.GetTimestamp(), 0)]; // Nothing was appended before the process began.

    /// <summary>Who asks after a long silence gets the mean since somebody asked last, or since the start.</summary>
    public double Observe(long samplesSoFar)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            marks.RemoveRange(0, Math.Max(0, marks.FindLastIndex(mark => time.GetElapsedTime(mark.At, now) >= Window)));
            var (at, samples) = marks[0];
            if (time.GetElapsedTime(marks[^1].At, now) >= BetweenMarks) marks.Add((now, samplesSoFar));
            var seconds = time.GetElapsedTime(at, now).TotalSeconds;
            return seconds < 0.001 ? 0 : (samplesSoFar - samples) / seconds;
        }
    }
}
