using Pharos.Model.Labels;
using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Exemplars;

/// <summary>The newest exemplars of all series together, bounded by a count: a new one takes the place of the oldest.</summary>
/// <remarks>
/// <para>Shape: one ring in order of arrival; the entries of a series are chained from its oldest to its newest, so that a query touches only
/// the series it selects. About 150 bytes an exemplar beside its labels.</para>
/// <para>Errors: none are thrown; <see cref="Append"/> says what it did. An exemplar that repeats the newest of its series is not stored twice,
/// because a target shows the same one at every scrape until the next request.</para>
/// <para>Threads: all members are safe; one short lock. Lifetime: memory only, as in Prometheus, whose log also forgets them in the end.</para>
/// </remarks>
sealed class ExemplarRing
{
    /// <summary>Most characters of all names and values of an exemplar together. Source: OpenMetrics 1.0, section on exemplars.</summary>
    public const int MaxLabelRunes = 128;

    readonly Lock gate = new();
    readonly Dictionary<LabelSet, Chain> chains = [];
    Slot[] ring;
    int next;

    /// <param name="capacity">Exemplars held at most; 0 switches the ring off.</param>
    public ExemplarRing(int capacity) => ring = new Slot[Math.Max(0, capacity)];

    /// <summary>Producers ask before they build labels.</summary>
    public bool IsOn => Volatile.Read(ref ring).Length > 0;

    public int Count { get; private set; }

    public int Capacity => Volatile.Read(ref ring).Length;

    public ExemplarOutcome Append(LabelSet series, Exemplar exemplar)
    {
        if (!IsOn) return ExemplarOutcome.Off;
        if (Runes(exemplar.Labels) > MaxLabelRunes) return ExemplarOutcome.LabelsTooLong;
        lock (gate)
        {
            if (ring.Length == 0) return ExemplarOutcome.Off;
            if (chains.TryGetValue(series, out var chain))
            {
                var newest = ring[chain.Newest].Exemplar!;
                if (newest.TimeMs == exemplar.TimeMs && newest.Value.Equals(exemplar.Value) && newest.Labels.Equals(exemplar.Labels)) return ExemplarOutcome.Repeated;
                if (exemplar.TimeMs < newest.TimeMs) return ExemplarOutcome.OutOfOrder;
            }
            Store(series, exemplar);
            return ExemplarOutcome.Stored;
        }
    }

    /// <summary>Changes the capacity and keeps the newest exemplars that fit.</summary>
    public void Resize(int capacity)
    {
        lock (gate)
        {
            if (capacity == ring.Length) return;
            var old = ring;
            var oldest = Count < old.Length ? 0 : next;
            var kept = new List<(LabelSet, Exemplar)>(Math.Min(Count, capacity));
            for (var i = Math.Max(0, Count - capacity); i < Count; i++)
            {
                ref var slot = ref old[(oldest + i) % old.Length];
                kept.Add((slot.Chain!.Series, slot.Exemplar!));
            }
            chains.Clear();
            Count = next = 0;
            Volatile.Write(ref ring, new Slot[Math.Max(0, capacity)]);
            foreach (var (series, exemplar) in kept) Store(series, exemplar);
        }
    }

    /// <summary>Exemplars in [fromMs, throughMs] of the series that one of the selectors accepts, sorted by series, each series' by time.</summary>
    public IReadOnlyList<SeriesExemplars> Select(IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, long fromMs, long throughMs)
    {
        var found = new List<SeriesExemplars>();
        lock (gate)
        {
            foreach (var chain in chains.Values)
            {
                if (!selectors.Any(selector => selector.All(matcher => matcher.Matches(chain.Series[matcher.Name])))) continue;
                var inRange = new List<Exemplar>();
                for (var at = chain.Oldest; at >= 0; at = ring[at].NextOfSeries)
                {
                    var exemplar = ring[at].Exemplar!;
                    if (exemplar.TimeMs >= fromMs && exemplar.TimeMs <= throughMs) inRange.Add(exemplar);
                }
                if (inRange.Count > 0) found.Add(new(chain.Series, inRange));
            }
        }
        found.Sort((left, right) => LabelOrder.Compare(left.Series, right.Series));
        return found;
    }

    void Store(LabelSet series, Exemplar exemplar)
    {
        if (Count == ring.Length) Evict();
        if (!chains.TryGetValue(series, out var chain)) chains.Add(series, chain = new Chain { Series = series, Oldest = next });
        else ring[chain.Newest].NextOfSeries = next;
        chain.Newest = next;
        ring[next] = new Slot { Chain = chain, Exemplar = exemplar, NextOfSeries = -1 };
        next = (next + 1) % ring.Length;
        Count++;
    }

    /// <summary>Frees the slot that is written next. The oldest entry of the ring is always the oldest of its series.</summary>
    void Evict()
    {
        ref var slot = ref ring[next];
        var chain = slot.Chain!;
        if (slot.NextOfSeries < 0) chains.Remove(chain.Series);
        else chain.Oldest = slot.NextOfSeries;
        slot = default;
        Count--;
    }

    static int Runes(LabelSet labels)
    {
        var runes = 0;
        foreach (var (name, value) in labels)
        {
            foreach (var _ in name.EnumerateRunes()) runes++;
            foreach (var _ in value.EnumerateRunes()) runes++;
        }
        return runes;
    }

    struct Slot
    {
        public Chain? Chain;
        public Exemplar? Exemplar;
        public int NextOfSeries;
    }

    sealed class Chain
    {
        public required LabelSet Series { get; init; }

        public int Oldest { get; set; }

        public int Newest { get; set; }
    }
}

/// <summary>What became of an exemplar.</summary>
enum ExemplarOutcome : byte
{
    Stored,

    /// <summary>The same as the newest one of its series.</summary>
    Repeated,

    /// <summary>Older than the newest one of its series.</summary>
    OutOfOrder,

    /// <summary>Names and values together pass <see cref="ExemplarRing.MaxLabelRunes"/>.</summary>
    LabelsTooLong,

    /// <summary>The ring has no room at all: exemplars are switched off.</summary>
    Off,
}

/// <summary>A series and its exemplars in order of time.</summary>
sealed record SeriesExemplars(LabelSet Series, IReadOnlyList<Exemplar> Exemplars);
