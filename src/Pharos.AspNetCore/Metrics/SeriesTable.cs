using System.Text;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Finds the series of a set of tags.</summary>
/// <remarks>
/// <para>Readers take no lock: buckets are chains of immutable nodes, added to under a lock and published whole when the table grows.
/// The same tags in another order are another entry that leads to the same series.</para>
/// <para>Limits: at most the given number of series; further tags lead to one series whose labels are all <c>other</c>, and are counted.
/// Raw forms are bounded as well, so that tags in ever new order cannot grow the table without end.</para>
/// </remarks>
sealed class SeriesTable(int maxSeries, int bucketCount)
{
    const int MaxFormsPerSeries = 4;

    readonly Lock gate = new();
    readonly Dictionary<string, Series> byLabels = new(StringComparer.Ordinal);
    volatile Node?[] buckets = new Node?[16];
    volatile Series[] all = [];
    Series? overflow;
    int forms;
    long folded;

    /// <summary>All series, in the order of their creation.</summary>
    public Series[] All => all;

    /// <summary>Measurements that were folded into <c>other</c>.</summary>
    public long Folded => Interlocked.Read(ref folded);

    public Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = HashOf(tags);
        var chains = buckets;
        for (var node = Volatile.Read(ref chains[hash & (chains.Length - 1)]); node is not null; node = node.Next)
        {
            if (node.Hash == hash && node.Matches(tags))
            {
                if (node.IsFolded) Interlocked.Increment(ref folded);
                return node.Series;
            }
        }
        return FindSlow(hash, tags);
    }

    Series FindSlow(int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelText.Render(tags);
        lock (gate)
        {
            var isFolded = !byLabels.TryGetValue(labels, out var series) && byLabels.Count >= maxSeries;
            if (isFolded)
            {
                series = overflow ??= Create(LabelText.RenderOther(tags));
                Interlocked.Increment(ref folded);
            }
            else if (series is null)
            {
                series = Create(labels);
                byLabels.Add(labels, series);
            }
            if (forms < maxSeries * MaxFormsPerSeries) Remember(new(hash, tags.ToArray(), series!, isFolded));
            return series!;
        }
    }

    Series Create(string labels)
    {
        var series = new Series(Encoding.UTF8.GetBytes(labels), bucketCount);
        all = [.. all, series];
        return series;
    }

    void Remember(Node node)
    {
        forms++;
        var chains = buckets;
        if (forms > chains.Length * 2)
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

    static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = new HashCode();
        foreach (var tag in tags)
        {
            hash.Add(tag.Key);
            hash.Add(tag.Value);
        }
        return hash.ToHashCode() & int.MaxValue;
    }

    sealed class Node(int hash, KeyValuePair<string, object?>[] tags, Series series, bool isFolded)
    {
        public int Hash => hash;

        public Series Series => series;

        public bool IsFolded => isFolded;

        public Node? Next { get; set; }

        public Node Copy() => new(hash, tags, series, isFolded);

        public bool Matches(ReadOnlySpan<KeyValuePair<string, object?>> other)
        {
            if (other.Length != tags.Length) return false;
            for (var i = 0; i < tags.Length; i++)
            {
                if (tags[i].Key != other[i].Key || !Equals(tags[i].Value, other[i].Value)) return false;
            }
            return true;
        }
    }
}
