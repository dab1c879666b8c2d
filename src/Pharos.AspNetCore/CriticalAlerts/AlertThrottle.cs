namespace Pharos.AspNetCore.CriticalAlerts;

/// <summary>Decides which alerts go out: each trouble once in a while, and only so many a minute.</summary>
/// <remarks>Threads: any. Limits: 1 000 troubles are remembered; the oldest gives way. Times are of the monotonic clock: a clock that jumps holds nothing back.</remarks>
sealed class AlertThrottle(CriticalAlertOptions options, TimeProvider time)
{
    const int MaxKnown = 1_000;

    readonly Dictionary<(string Title, AlertSeverity Severity), Known> known = [];
    readonly Queue<long> recent = new();
    readonly Lock gate = new();
    int heldByRate;

    /// <param name="heldBack">How many were held back since the last of its kind went out, when this one goes.</param>
    public bool TryPass(string title, AlertSeverity severity, out int heldBack)
    {
        heldBack = 0;
        lock (gate)
        {
            var now = time.GetTimestamp();
            var key = (title, severity);
            if (known.TryGetValue(key, out var before) && time.GetElapsedTime(before.SentAt, now) < options.RepeatAfter)
            {
                before.HeldBack++;
                return false;
            }
            while (recent.TryPeek(out var first) && time.GetElapsedTime(first, now) >= TimeSpan.FromMinutes(1)) recent.Dequeue();
            if (recent.Count >= options.MaxPerMinute)
            {
                heldByRate++;
                return false;
            }
            recent.Enqueue(now);
            heldBack = (before?.HeldBack ?? 0) + heldByRate;
            heldByRate = 0;
            if (before is null && known.Count >= MaxKnown) known.Remove(known.MinBy(pair => pair.Value.SentAt).Key);
            known[key] = new Known { SentAt = now };
            return true;
        }
    }

    /// <summary>Nobody has been told: the next one of its kind may go at once.</summary>
    public void Forget(string title, AlertSeverity severity)
    {
        lock (gate) known.Remove((title, severity));
    }

    sealed class Known
    {
        public long SentAt { get; init; }

        public int HeldBack { get; set; }
    }
}
