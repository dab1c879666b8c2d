namespace Pharos.Server.Alerting.Dispatch;

/// <summary>Every alert that was heard of, until it is long resolved and nobody is owed a word about it.</summary>
/// <remarks>Threads: its owner's lock. Changes are handed to <see cref="Changed"/> to be kept.</remarks>
sealed class AlertBook
{
    /// <summary>How long a resolved alert is kept at least: a client that posts its end again must not make a new alert.</summary>
    static readonly long KeptMs = (long)TimeSpan.FromMinutes(30).TotalMilliseconds;

    readonly Dictionary<ulong, KnownAlert> alerts = [];

    /// <summary>Told of each alert that changed, and with null of each that was forgotten.</summary>
    public Action<ulong, KnownAlert?>? Changed { get; set; }

    public IReadOnlyCollection<KnownAlert> All => alerts.Values;

    public KnownAlert? Find(ulong fingerprint) => alerts.GetValueOrDefault(fingerprint);

    public void Load(KnownAlert alert) => alerts[alert.Fingerprint] = alert;

    /// <returns>The alert as it is known now.</returns>
    public KnownAlert Put(KnownAlert posted)
    {
        var merged = KnownAlert.Merge(Find(posted.Fingerprint), posted);
        alerts[merged.Fingerprint] = merged;
        Changed?.Invoke(merged.Fingerprint, merged);
        return merged;
    }

    /// <summary>Forgets what is resolved for long, and is not needed.</summary>
    /// <returns>What was forgotten.</returns>
    public IReadOnlyList<KnownAlert> Clean(long nowMs, Func<ulong, bool> isNeeded)
    {
        var forgotten = alerts.Values.Where(alert => alert.IsResolvedAt(nowMs - KeptMs) && !isNeeded(alert.Fingerprint)).ToList();
        foreach (var alert in forgotten)
        {
            alerts.Remove(alert.Fingerprint);
            Changed?.Invoke(alert.Fingerprint, null);
        }
        return forgotten;
    }
}
