using Pharos.Model.Labels;

namespace Pharos.Server.Alerting.Dispatch;

/// <summary>Names one integration that is told of one group.</summary>
/// <param name="Integration"><c>slack[0]</c></param>
readonly record struct NotifyLogKey(string GroupKey, string Receiver, string Integration);

/// <summary>What one integration was last told about one group.</summary>
/// <param name="AtMs">When.</param>
/// <param name="Firing">Fingerprints of the alerts it was told to fire.</param>
/// <param name="Resolved">Of those it was told, or shown, to be resolved.</param>
/// <param name="Owed">Of alerts that it was ever told to fire, and not yet to be resolved. Empty where it wants no resolved ones.</param>
/// <param name="State">The notifier's own, such as the number of the message that it will update.</param>
/// <param name="ExpiresMs">From when on it may be forgotten, once nothing is owed.</param>
sealed record NotifyLogEntry(
    long AtMs, IReadOnlySet<ulong> Firing, IReadOnlySet<ulong> Resolved, IReadOnlySet<ulong> Owed, string State, long ExpiresMs, LabelSet GroupLabels);

/// <summary>What all integrations were last told. It decides whether a group has news, and outlives restarts.</summary>
/// <remarks>Threads: its owner's lock. What changes is returned, to be kept.</remarks>
sealed class NotifyLog
{
    readonly Dictionary<NotifyLogKey, NotifyLogEntry> entries = [];

    public IReadOnlyDictionary<NotifyLogKey, NotifyLogEntry> Entries => entries;

    public NotifyLogEntry? Find(NotifyLogKey key) => entries.GetValueOrDefault(key);

    public void Load(NotifyLogKey key, NotifyLogEntry entry) => entries[key] = entry;

    public ToldKept Put(NotifyLogKey key, NotifyLogEntry entry)
    {
        entries[key] = entry;
        return new(key, entry);
    }

    public ToldForgotten Remove(NotifyLogKey key)
    {
        entries.Remove(key);
        return new(key);
    }

    /// <summary>Forgets what is old; never what is owed.</summary>
    public IReadOnlyList<ToldForgotten> Clean(long nowMs) =>
        [.. entries.Where(pair => pair.Value.ExpiresMs <= nowMs && pair.Value.Owed.Count == 0).Select(pair => pair.Key).ToList().Select(Remove)];
}
