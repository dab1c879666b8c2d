namespace Pharos.AspNetCore.Metrics.Instruments;

/// <summary>Finds the series of tags as the application writes them, without rendering them.</summary>
/// <remarks>
/// <para>Readers take no lock: buckets are chains of nodes, added to under a lock and published whole when the table grows.
/// The same tags in another order are another entry that leads to the same series.</para>
/// <para>Limits: a few entries for each series allowed; beyond that, tags are rendered at every measurement while the family has room, and
/// folded without a look once it is full: hostile tags then cost a hash and no memory.</para>
/// </remarks>
sealed class SeriesIndex(MetricFamily family, KeyValuePair<string, object?>[] constant, int maxEntries)
{
    readonly Lock gate = new();
    volatile Node?[] buckets = new Node?[16];
    int entries;

    public Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, out bool isFolded)
    {
        var hash = HashOf(tags);
        var chains = buckets;
        for (var node = Volatile.Read(ref chains[hash & (chains.Length - 1)]); node is not null; node = node.Next)
        {
            if (node.Hash == hash && node.Matches(tags))
            {
                isFolded = node.IsFolded;
                return node.Series;
            }
        }
        return FindSlow(hash, tags, out isFolded);
    }

    Series FindSlow(int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags, out bool isFolded)
    {
        if (Volatile.Read(ref entries) >= maxEntries && family.IsFull)
        {
            isFolded = true;
            return family.Overflow(constant, tags);
        }
        var series = family.Find(constant, tags, out isFolded);
        lock (gate)
        {
            if (entries < maxEntries) Remember(new(hash, tags.ToArray(), series, isFolded));
        }
        return series;
    }

    void Remember(Node node)
    {
        var chains = buckets;
        for (var known = chains[node.Hash & (chains.Length - 1)]; known is not null; known = known.Next)
        {
            if (known.Hash == node.Hash && known.SameTags(node)) return; // Another thread was as fast.
        }
        if (++entries > chains.Length * 2)
        {
            var larger = new Node?[chains.Length * 4];
            foreach (var chain in chains)
            {
                for (var old = chain; old is not null; old = old.Next) Push(larger, old.Copy());
            }
            buckets = chains = larger;
        }
        Push(chains, node);
    }

    static void Push(Node?[] chains, Node node)
    {
        ref var head = ref chains[node.Hash & (chains.Length - 1)];
        node.Next = head;
        Volatile.Write(ref head, node);
    }

    /// <summary>Keys are the program's own and few: their lengths are enough. Values may be a client's: theirs are seeded hashes.</summary>
    static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = (uint)tags.Length;
        foreach (var tag in tags)
        {
            var value = tag.Value is string text ? text.GetHashCode() : HashOfObject(tag.Value);
            hash = ((hash << 5) | (hash >> 27)) * 0x9E3779B1 ^ (uint)value ^ (uint)(tag.Key?.Length ?? 0);
        }
        return (int)(hash ^ (hash >> 15)) & int.MaxValue;
    }

    static int HashOfObject(object? value)
    {
        try
        {
            return value?.GetHashCode() ?? 0;
        }
#pragma warning disable CA1031 // A broken hash of the application's must not break its request.
        catch (Exception)
#pragma warning restore CA1031
        {
            return 1;
        }
    }

    sealed class Node(int hash, KeyValuePair<string, object?>[] tags, Series series, bool isFolded)
    {
        public int Hash => hash;

        public Series Series => series;

        public bool IsFolded => isFolded;

        public Node? Next { get; set; }

        public Node Copy() => new(hash, tags, series, isFolded);

        public bool SameTags(Node other) => other.Matches(tags);

        public bool Matches(ReadOnlySpan<KeyValuePair<string, object?>> other)
        {
            if (other.Length != tags.Length) return false;
            for (var i = 0; i < tags.Length; i++)
            {
                if (!string.Equals(tags[i].Key, other[i].Key, StringComparison.Ordinal) || !Same(tags[i].Value, other[i].Value)) return false;
            }
            return true;
        }

        static bool Same(object? one, object? other) => ReferenceEquals(one, other) || (one is string text ? other is string another && text.Equals(another, StringComparison.Ordinal) : EqualObjects(one, other));

        static bool EqualObjects(object? one, object? other)
        {
            try
            {
                return Equals(one, other);
            }
#pragma warning disable CA1031 // As above: the tags are then rendered, and found by their text.
            catch (Exception)
#pragma warning restore CA1031
            {
                return false;
            }
        }
    }
}
