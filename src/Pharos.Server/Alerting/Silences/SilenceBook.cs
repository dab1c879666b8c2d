using Pharos.Model.Labels;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Silences;

/// <summary>All silences, also those that are over, which are kept for a while to be looked at and made anew.</summary>
/// <remarks>Which silences match an alert is remembered until a silence changes. Threads: its owner's lock. What changes is returned, to be kept.</remarks>
sealed class SilenceBook
{
    /// <summary>How long a silence is kept after its end; Alertmanager's default.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(120);

    readonly Dictionary<string, Silence> byId = new(StringComparer.Ordinal);
    readonly Dictionary<ulong, (int Version, Silence[] Matching)> matching = [];
    int version;

    public IEnumerable<Silence> All => byId.Values;

    public Silence? Find(string id) => byId.GetValueOrDefault(id);

    public void Load(Silence silence) => Keep(silence);

    /// <summary>Makes a silence, or changes one. What is in force cannot be changed in what it silences: then it ends and another begins.</summary>
    /// <param name="newId">Of a silence that is made.</param>
    /// <returns>The id; null when one was given that is not known. And what is to be kept.</returns>
    public (string? Id, IReadOnlyList<Effect> Effects) Set(Silence wanted, long nowMs, string newId)
    {
        var old = wanted.Id.Length == 0 ? null : Find(wanted.Id);
        if (wanted.Id.Length > 0 && old is null) return (null, []);
        if (old is not null && CanChange(old, wanted, nowMs)) return (wanted.Id, [Put(wanted with { UpdatedAtMs = nowMs })]);
        var ended = old is null ? [] : Expire(old.Id, nowMs);
        return (newId, [.. ended, Put(wanted with { Id = newId, StartsAtMs = Math.Max(wanted.StartsAtMs, nowMs), UpdatedAtMs = nowMs })]);
    }

    /// <summary>Ends a silence now, unless it is over already.</summary>
    public IReadOnlyList<Effect> Expire(string id, long nowMs)
    {
        var silence = byId[id];
        var state = silence.StateAt(nowMs);
        if (state == SilenceState.Expired) return [];
        return [Put(silence with { StartsAtMs = state == SilenceState.Pending ? nowMs : silence.StartsAtMs, EndsAtMs = nowMs, UpdatedAtMs = nowMs })];
    }

    /// <summary>Ids of the silences that are in force for these labels.</summary>
    public IReadOnlyList<string> SilencedBy(ulong fingerprint, LabelSet labels, long nowMs)
    {
        if (byId.Count == 0) return [];
        if (!matching.TryGetValue(fingerprint, out var known) || known.Version != version)
        {
            known = (version, [.. byId.Values.Where(silence => silence.StateAt(nowMs) != SilenceState.Expired && silence.Matchers.MatchesAll(labels))]);
            matching[fingerprint] = known;
        }
        if (known.Matching.Length == 0) return [];
        return [.. known.Matching.Where(silence => silence.StateAt(nowMs) == SilenceState.Active).Select(silence => silence.Id).Order(StringComparer.Ordinal)];
    }

    /// <summary>Forgets silences that ended long ago, and what was remembered of alerts that are gone.</summary>
    public IReadOnlyList<Effect> Clean(long nowMs, Func<ulong, bool> isKnown)
    {
        var over = byId.Values.Where(silence => silence.EndsAtMs + (long)Retention.TotalMilliseconds <= nowMs).Select(silence => silence.Id).ToList();
        foreach (var id in over) byId.Remove(id);
        foreach (var fingerprint in matching.Keys.Where(fingerprint => !isKnown(fingerprint)).ToList()) matching.Remove(fingerprint);
        return [.. over.Select(id => new SilenceForgotten(id))];
    }

    static bool CanChange(Silence old, Silence wanted, long nowMs) => old.Matchers.SequenceEqual(wanted.Matchers) && old.StateAt(nowMs) switch
    {
        SilenceState.Active => old.StartsAtMs / 1000 == wanted.StartsAtMs / 1000 && wanted.EndsAtMs >= nowMs, // To the second: clients send back what they rounded.
        SilenceState.Pending => wanted.StartsAtMs >= nowMs,
        _ => false,
    };

    SilenceKept Put(Silence silence)
    {
        Keep(silence);
        return new(silence);
    }

    void Keep(Silence silence)
    {
        byId[silence.Id] = silence;
        version++;
    }
}
