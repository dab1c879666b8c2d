
namespace Pharos.Query.PromQL.Execution;

/// <summary>Gives label sets dense numbers 0, 1, 2, ... in order of first appearance. The dictionary of grouping, joins and duplicate checks.</summary>
/// <remarks>Open addressing over one flat array of pairs: a set costs its pairs and 16 bytes. The order of numbers does not depend on hashes.</remarks>
sealed class PairSetIndex
{
    int[] pairs = new int[256];
    int pairsUsed;
    (int Start, int Length, uint Hash)[] sets = new (int, int, uint)[64];
    int[] slots = new int[128];

    public int Count { get; private set; }

    public ReadOnlySpan<int> this[int index] => pairs.AsSpan(sets[index].Start, sets[index].Length);

    public int FindOrAdd(ReadOnlySpan<int> set) => FindOrAdd(set, out _);

    public int FindOrAdd(ReadOnlySpan<int> set, out bool added)
    {
        var hash = Hash(set);
        var slot = Probe(set, hash);
        added = slots[slot] == 0;
        if (!added) return slots[slot] - 1;
        if (Count == sets.Length) Array.Resize(ref sets, Count * 2);
        if (pairsUsed + set.Length > pairs.Length) Array.Resize(ref pairs, Math.Max(pairs.Length * 2, pairsUsed + set.Length));
        set.CopyTo(pairs.AsSpan(pairsUsed));
        sets[Count] = (pairsUsed, set.Length, hash);
        pairsUsed += set.Length;
        slots[slot] = ++Count;
        if (Count * 2 > slots.Length) Grow();
        return Count - 1;
    }

    /// <summary>The set's number, or -1.</summary>
    public int Find(ReadOnlySpan<int> set) => slots[Probe(set, Hash(set))] - 1;

    int Probe(ReadOnlySpan<int> set, uint hash)
    {
        var mask = slots.Length - 1;
        var slot = (int)hash & mask;
        while (slots[slot] != 0)
        {
            var index = slots[slot] - 1;
            if (sets[index].Hash == hash && this[index].SequenceEqual(set)) break;
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    void Grow()
    {
        slots = new int[slots.Length * 2];
        var mask = slots.Length - 1;
        for (var index = 0; index < Count; index++)
        {
            var slot = (int)sets[index].Hash & mask;
            while (slots[slot] != 0) slot = (slot + 1) & mask;
            slots[slot] = index + 1;
        }
    }

    static uint Hash(ReadOnlySpan<int> set)
    {
        var hash = 0x9e3779b97f4a7c15UL;
        foreach (var pair in set) hash = (hash ^ (uint)pair) * 0xff51afd7ed558ccdUL;
        hash ^= hash >> 32;
        return (uint)hash;
    }
}
