using System.Runtime.InteropServices;
using Pharos.Model.Reading;
using Pharos.Model.Writing;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Index;

/// <summary>All series of the store, in the head or in blocks: labels, permanent ids, postings, and each one's slot in the head.</summary>
/// <remarks>
/// <para>Shape: a series has a dense <em>index</em> here (ascending with its id) and a permanent <em>id</em> everywhere on disk.
/// Its identity is its list of pair numbers, compared exactly.</para>
/// <para>Threads: creating takes the write lock, resolving and finding the read lock; texts and pair lists of known indexes need none.</para>
/// <para>Source: docs/formats/catalogue.md.</para>
/// </remarks>
sealed class SeriesCatalogue : ILabelSymbols, IDisposable
{
    /// <summary>In <see cref="SlotOf"/>: the series is not in the head.</summary>
    public const uint NoSlot = 0;

    readonly ReaderWriterLockSlim gate = new();
    readonly KeyedHash hash;
    readonly NativeArray<uint> ids;
    readonly NativeArray<uint> pairStarts;
    readonly NativeArray<uint> slots;
    readonly NativeArray<int> pairLists;
    NativeArray<uint> table = new(1024);
    int[] scratch = new int[64];
    long pairsUsed;
    int count;

    public SeriesCatalogue(KeyedHash hash, int maxSeries)
    {
        this.hash = hash;
        MaxSeries = maxSeries;
        ids = new NativeArray<uint>(maxSeries + 1L);
        pairStarts = new NativeArray<uint>(maxSeries + 2L);
        slots = new NativeArray<uint>(maxSeries + 1L);
        pairLists = new NativeArray<int>(maxSeries * 32L);
        Pairs = new PairTable(hash, maxSeries * 8L);
        Postings = new Postings(maxSeries * 8L);
    }

    public int MaxSeries { get; }

    /// <summary>Number of series; indexes are below it.</summary>
    public int Count => Volatile.Read(ref count);

    public PairTable Pairs { get; }

    /// <summary>Number of label names known by now; their numbers are below it.</summary>
    public int NameCount
    {
        get
        {
            using var _ = Read();
            return Pairs.NameCount;
        }
    }

    public Postings Postings { get; }

    /// <summary>The id that the next new series gets. Ids are never used again, also after a restart.</summary>
    public uint NextId { get; private set; } = 1;

    public long SizeBytes => Pairs.SizeBytes + Postings.SizeBytes + (Count * 12L) + (pairsUsed * sizeof(int)) + (table.Capacity * sizeof(uint));

    public uint IdOf(uint index) => ids[index];

    public ReadOnlySpan<int> PairsOf(uint index)
    {
        var start = pairStarts[index];
        return pairLists.AsSpan(start, (int)(pairStarts[index + 1] - start));
    }

    /// <summary>The series' slot in the head plus 1, or <see cref="NoSlot"/>.</summary>
    public uint SlotOf(uint index) => Volatile.Read(ref slots[index]);

    public void SetSlot(uint index, uint slot) => Volatile.Write(ref slots[index], slot);

    /// <summary>The index of an id, or -1. O(log n).</summary>
    public long IndexOf(uint id)
    {
        long low = 0;
        long high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var found = ids[middle];
            if (found == id) return middle;
            if (found < id) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    /// <summary>Runs a look-up that needs pairs and postings not to grow meanwhile.</summary>
    public ReadScope Read()
    {
        gate.EnterReadLock();
        return new ReadScope(gate);
    }

    /// <summary>The pairs of a name that are known by now, from the newest back.</summary>
    public IEnumerable<int> PairsOfName(int name)
    {
        int pair;
        using (Read()) pair = Pairs.NewestPairOf(name);
        for (; pair >= 0; pair = Pairs.PreviousOfName(pair)) yield return pair;
    }

    /// <summary>Copies the first series that have a pair, as many as the span has room for.</summary>
    /// <returns>How many.</returns>
    public int CopySeriesOf(int pair, Span<uint> series)
    {
        using var _ = Read();
        return Postings.CopyTo(pair, series);
    }

    /// <summary>All series that have a pair, ascending.</summary>
    public uint[] SeriesOf(int pair)
    {
        using var _ = Read();
        var series = new uint[Postings.Count(pair)];
        Postings.CopyTo(pair, series);
        return series;
    }

    /// <summary>Finds or creates the series of sorted labels. False when the store has as many series as it may.</summary>
    public bool TryIntern(LabelSetBuilder labels, out uint index, out bool isNew)
    {
        gate.EnterWriteLock();
        try
        {
            if (scratch.Length < labels.Count) scratch = new int[labels.Count * 2];
            var pairs = scratch.AsSpan(0, labels.Count);
            isNew = false;
            if (!RoomForAnother(labels.Count))
            {
                index = 0;
                return TryFindAll(labels, pairs) && TryFind(pairs, Hash(pairs), out index);
            }
            for (var i = 0; i < pairs.Length; i++) pairs[i] = Pairs.Intern(labels.Name(i), labels.Value(i));
            var hashed = Hash(pairs);
            if (TryFind(pairs, hashed, out index)) return true;
            index = Add(NextId, pairs, hashed);
            isNew = true;
            return true;
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Adds a series as it was stored; ids must come ascending. While the store opens, no other thread reads.</summary>
    public void Load(uint id, ReadOnlySpan<int> pairs) => Add(id, pairs, Hash(pairs));

    /// <summary>Never gives out an id below this one.</summary>
    public void ReserveIds(uint below) => NextId = Math.Max(NextId, below);

    public int NameOf(int pair) => Pairs.NameOf(pair);

    public ReadOnlySpan<byte> NameUtf8(int pair) => Pairs.NameUtf8(pair);

    public ReadOnlySpan<byte> ValueUtf8(int pair) => Pairs.ValueUtf8(pair);

    public ReadOnlySpan<byte> JsonUtf8(int pair) => Pairs.JsonUtf8(pair);

    public bool TryFindName(ReadOnlySpan<byte> nameUtf8, out int name) => Pairs.TryFindName(nameUtf8, out name);

    public bool TryFindPair(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> valueUtf8, out int pair)
    {
        using var _ = Read();
        return Pairs.TryFindPair(nameUtf8, valueUtf8, out pair);
    }

    /// <summary>The series' labels as blocks hold them: names and values with their lengths, in order.</summary>
    public void WriteLabels(uint index, ByteWriter into)
    {
        foreach (var pair in PairsOf(index))
        {
            var name = NameUtf8(pair);
            into.Varint((ulong)name.Length);
            into.Raw(name);
            var value = ValueUtf8(pair);
            into.Varint((ulong)value.Length);
            into.Raw(value);
        }
    }

    public void Dispose()
    {
        ids.Dispose();
        pairStarts.Dispose();
        slots.Dispose();
        pairLists.Dispose();
        table.Dispose();
        Pairs.Dispose();
        Postings.Dispose();
        gate.Dispose();
    }

    bool RoomForAnother(int labels) =>
        Count < MaxSeries && pairsUsed + labels <= pairLists.Capacity && Pairs.HasRoomFor(labels);

    bool TryFindAll(LabelSetBuilder labels, Span<int> pairs)
    {
        for (var i = 0; i < pairs.Length; i++)
        {
            if (!Pairs.TryFindPair(labels.Name(i), labels.Value(i), out pairs[i])) return false;
        }
        return true;
    }

    uint Hash(ReadOnlySpan<int> pairs) => (uint)hash.Hash64(MemoryMarshal.AsBytes(pairs), 0);

    bool TryFind(ReadOnlySpan<int> pairs, uint hashed, out uint index)
    {
        var mask = table.Capacity - 1;
        for (var at = hashed & mask; table[at] != 0; at = (at + 1) & mask)
        {
            index = table[at] - 1;
            if (PairsOf(index).SequenceEqual(pairs)) return true;
        }
        index = 0;
        return false;
    }

    uint Add(uint id, ReadOnlySpan<int> pairs, uint hashed)
    {
        if ((count + 1) * 2L > table.Capacity) GrowTable();
        var index = (uint)count;
        pairs.CopyTo(pairLists.AsSpan(pairsUsed, pairs.Length));
        pairStarts[index] = (uint)pairsUsed;
        pairsUsed += pairs.Length;
        pairStarts[index + 1] = (uint)pairsUsed;
        ids[index] = id;
        foreach (var pair in pairs) Postings.Add(pair, index);
        Put(table, hashed, index);
        NextId = id + 1;
        Volatile.Write(ref count, count + 1);
        return index;
    }

    void GrowTable()
    {
        var larger = new NativeArray<uint>(table.Capacity * 2);
        for (uint index = 0; index < count; index++) Put(larger, Hash(PairsOf(index)), index);
        table.Dispose();
        table = larger;
    }

    static void Put(NativeArray<uint> table, uint hashed, uint index)
    {
        var mask = table.Capacity - 1;
        var at = hashed & mask;
        while (table[at] != 0) at = (at + 1) & mask;
        table[at] = index + 1;
    }

    /// <summary>Holds the read lock until disposed.</summary>
    public readonly ref struct ReadScope(ReaderWriterLockSlim gate)
    {
        public void Dispose() => gate.ExitReadLock();
    }
}
