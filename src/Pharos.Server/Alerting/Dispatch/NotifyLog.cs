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
/// <remarks>Threads: its owner's lock. Changes are handed to <see cref="Changed"/> to be kept.</remarks>
sealed class NotifyLog
{
    readonly Dictionary<NotifyLogKey, NotifyLogEntry> entries = [];

    public IReadOnlyDictionary<NotifyLogKey, NotifyLogEntry> Entries => entries;

    /// <summary>Told of each entry that was put, and with null of each that was removed.</summary>
    public Action<NotifyLogKey, NotifyLogEntry?>? Changed { get; set; }

    public NotifyLogEntry? Find(NotifyLogKey key) => entries.GetValueOrDefault(key);

    public void Load(NotifyLogKey key, NotifyLogEntry entry) => entries[key] = entry;

    public void Put(NotifyLogKey key, NotifyLogEntry entry)
    {
        entries[key] = entry;
        Changed?.Invoke(key, entry);
    }

    public void Remove(NotifyLogKey key)
    {
        if (entries.Remove(key)) Changed?.Invoke(key, null);
    }

    /// <summary>Forgets what is old; never what is owed.</summary>
    public void Clean(long nowMs)
    {
        foreach (var (key, entry) in entries)
        {
            if (entry.ExpiresMs <= nowMs && entry.Owed.Count == 0) Remove(key); // Removing while walking is allowed for this collection.
        }
    }
}
