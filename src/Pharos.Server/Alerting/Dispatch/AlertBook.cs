namespace Pharos.Server.Alerting.Dispatch;

/// <summary>Every alert that was heard of, until it is long resolved and nobody is owed a word about it.</summary>
/// <remarks>Threads: its owner's lock. What changes is returned, to be kept.</remarks>
sealed class AlertBook
{
    /// <summary>How long a resolved alert is kept at least: a client that posts its end again must not make a new alert.</summary>
    static readonly long KeptMs = (long)TimeSpan.FromMinutes(30).TotalMilliseconds;

    readonly Dictionary<ulong, KnownAlert> alerts = [];

    public IReadOnlyCollection<KnownAlert> All => alerts.Values;

    public KnownAlert? Find(ulong fingerprint) => alerts.GetValueOrDefault(fingerprint);

    public void Load(KnownAlert alert) => alerts[alert.Fingerprint] = alert;

    /// <returns>The alert as it is known now, to be kept.</returns>
    public AlertKept Put(KnownAlert posted)
    {
        var merged = KnownAlert.Merge(Find(posted.Fingerprint), posted);
        alerts[merged.Fingerprint] = merged;
        return new(merged);
    }

    /// <summary>Forgets what is resolved for long, and is not needed.</summary>
    public IReadOnlyList<AlertForgotten> Clean(long nowMs, Func<ulong, bool> isNeeded)
    {
        var forgotten = alerts.Values.Where(alert => alert.IsResolvedAt(nowMs - KeptMs) && !isNeeded(alert.Fingerprint)).Select(alert => new AlertForgotten(alert)).ToList();
        foreach (var one in forgotten) alerts.Remove(one.Alert.Fingerprint);
        return forgotten;
    }
}
