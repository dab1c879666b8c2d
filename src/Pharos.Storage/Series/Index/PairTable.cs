using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Pharos.Model.Reading;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Index;

/// <summary>Every distinct label (name, value) of the store as a number, with its JSON escaped once.</summary>
/// <remarks>
/// <para>Shape: the text of a pair is its JSON in one append-only arena; its value is a slice of that unless something had to be escaped.
/// Names are few and managed; pairs are 16 bytes in native memory. The pairs of one name are chained from the newest back.</para>
/// <para>Threads: adding and finding under the catalogue's lock; texts of known numbers without one, since nothing ever moves.</para>
/// </remarks>
sealed class PairTable : ILabelSymbols, IDisposable
{
    const uint EscapedBit = 0x8000_0000;
    const int Unit = 4;
    const long MaxTextBytes = 1 << 20;

    readonly KeyedHash hash;
    readonly NativeArray<Pair> pairs;
    readonly NativeArray<byte> arena;
    readonly ConcurrentDictionary<byte[], int> nameNumbers = new(new BytesComparer());
    readonly ConcurrentDictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> nameLookup;
    NativeArray<int> table = new(1024);
    Name[] names = new Name[64];
    long arenaUsed = Unit; // Reference 0 stays free.

    public PairTable(KeyedHash hash, long maxPairs)
    {
        this.hash = hash;
        pairs = new NativeArray<Pair>(maxPairs);
        arena = new NativeArray<byte>(Math.Min(maxPairs * 256, uint.MaxValue * (long)Unit));
        nameLookup = nameNumbers.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    struct Pair
    {
        public int Name;
        public int PreviousOfName;
        public uint Text;
        public uint Hash;
    }

    sealed class Name(byte[] utf8, byte[] jsonPrefix)
    {
        public readonly byte[] Utf8 = utf8;
        public readonly byte[] JsonPrefix = jsonPrefix;
        public int NewestPair = -1;
        public int Pairs;
        public long ValueBytes;
    }

    public int Count { get; private set; }

    public int NameCount { get; private set; }

    public long SizeBytes => arenaUsed + (Count * 16L) + (table.Capacity * sizeof(int));

    /// <summary>Whether that many new pairs would still fit, for texts of up to 1 MB as JSON.</summary>
    public bool HasRoomFor(int more) => Count + (long)more < pairs.Capacity && arenaUsed + (more * MaxTextBytes) < arena.Capacity;

    public int NameOf(int pair) => pairs[pair].Name;

    public ReadOnlySpan<byte> NameUtf8(int pair) => names[pairs[pair].Name].Utf8;

    public ReadOnlySpan<byte> NameUtf8OfNumber(int name) => names[name].Utf8;

    public ReadOnlySpan<byte> JsonUtf8(int pair)
    {
        var at = pairs[pair].Text * (long)Unit;
        return arena.AsSpan(at + 4, (int)(Header(at) & ~EscapedBit));
    }

    public ReadOnlySpan<byte> ValueUtf8(int pair)
    {
        ref var known = ref pairs[pair];
        var at = known.Text * (long)Unit;
        var header = Header(at);
        var jsonLength = (int)(header & ~EscapedBit);
        if ((header & EscapedBit) == 0)
        {
            var prefix = names[known.Name].JsonPrefix.Length;
            return arena.AsSpan(at + 4 + prefix, jsonLength - prefix - 1);
        }
        var valueAt = Align(at + 4 + jsonLength);
        return arena.AsSpan(valueAt + 4, (int)Header(valueAt));
    }

    /// <summary>The newest pair of a name, or -1; go on with <see cref="PreviousOfName"/>. Numbers descend.</summary>
    public int NewestPairOf(int name) => names[name].NewestPair;

    public int PreviousOfName(int pair) => pairs[pair].PreviousOfName;

    public int PairsOf(int name) => names[name].Pairs;

    public long ValueBytesOf(int name) => names[name].ValueBytes;

    public bool TryFindName(ReadOnlySpan<byte> nameUtf8, out int name) => nameLookup.TryGetValue(nameUtf8, out name);

    public bool TryFindPair(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> valueUtf8, out int pair)
    {
        pair = -1;
        return TryFindName(nameUtf8, out var name) && TryFind(name, valueUtf8, Hash(name, valueUtf8), out pair);
    }

    /// <summary>The number of a pair, new when it was not known. Under the catalogue's write lock.</summary>
    public int Intern(ReadOnlySpan<byte> nameUtf8, ReadOnlySpan<byte> valueUtf8)
    {
        if (!TryFindName(nameUtf8, out var name)) name = AddName(nameUtf8);
        var hashed = Hash(name, valueUtf8);
        return TryFind(name, valueUtf8, hashed, out var pair) ? pair : Add(name, valueUtf8, hashed);
    }

    public void Dispose()
    {
        pairs.Dispose();
        arena.Dispose();
        table.Dispose();
    }

    uint Header(long at) => BinaryPrimitives.ReadUInt32LittleEndian(arena.AsSpan(at, 4));

    static long Align(long at) => (at + Unit - 1) / Unit * Unit;

    uint Hash(int name, ReadOnlySpan<byte> value) => (uint)hash.Hash64(value, (ulong)name);

    bool TryFind(int name, ReadOnlySpan<byte> value, uint hashed, out int pair)
    {
        var known = Volatile.Read(ref table);
        var mask = known.Capacity - 1;
        for (var at = hashed & mask; known[at] != 0; at = (at + 1) & mask)
        {
            pair = known[at] - 1;
            ref var candidate = ref pairs[pair];
            if (candidate.Hash == hashed && candidate.Name == name && ValueUtf8(pair).SequenceEqual(value)) return true;
        }
        pair = -1;
        return false;
    }

    int AddName(ReadOnlySpan<byte> nameUtf8)
    {
        var prefix = new ByteWriter(nameUtf8.Length + 8);
        JsonText.Write(prefix, nameUtf8);
        prefix.U8((byte)':');
        prefix.U8((byte)'"');
        var grown = names;
        if (NameCount == grown.Length) Array.Resize(ref grown, NameCount * 2);
        var name = new Name(nameUtf8.ToArray(), prefix.Written.ToArray());
        prefix.Dispose();
        grown[NameCount] = name;
        Volatile.Write(ref names, grown);
        nameNumbers[name.Utf8] = NameCount;
        return NameCount++;
    }

    int Add(int nameNumber, ReadOnlySpan<byte> value, uint hashed)
    {
        if ((Count + 1) * 2L > table.Capacity) GrowTable();
        var name = names[nameNumber];
        using var json = new ByteWriter(value.Length + name.JsonPrefix.Length + 16);
        json.Raw(name.JsonPrefix);
        var isPlain = JsonText.WriteInner(json, value);
        json.U8((byte)'"');

        var text = arenaUsed / Unit;
        BinaryPrimitives.WriteUInt32LittleEndian(arena.AsSpan(arenaUsed, 4), (uint)json.Length | (isPlain ? 0 : EscapedBit));
        json.Written.CopyTo(arena.AsSpan(arenaUsed + 4, json.Length));
        arenaUsed = Align(arenaUsed + 4 + json.Length);
        if (!isPlain)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(arena.AsSpan(arenaUsed, 4), (uint)value.Length);
            value.CopyTo(arena.AsSpan(arenaUsed + 4, value.Length));
            arenaUsed = Align(arenaUsed + 4 + value.Length);
        }

        var pair = Count;
        pairs[pair] = new Pair { Name = nameNumber, PreviousOfName = name.NewestPair, Text = checked((uint)text), Hash = hashed };
        name.NewestPair = pair;
        name.Pairs++;
        name.ValueBytes += value.Length;
        Put(table, hashed, pair);
        Count++;
        return pair;
    }

    void GrowTable()
    {
        var larger = new NativeArray<int>(table.Capacity * 2);
        for (var pair = 0; pair < Count; pair++) Put(larger, pairs[pair].Hash, pair);
        var old = table;
        table = larger;
        old.Dispose();
    }

    static void Put(NativeArray<int> table, uint hashed, int pair)
    {
        var mask = table.Capacity - 1;
        var at = hashed & mask;
        while (table[at] != 0) at = (at + 1) & mask;
        table[at] = pair + 1;
    }

    /// <summary>Compares byte arrays by content and lets spans be looked up without an array of their own.</summary>
    sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] bytes) => GetHashCode(bytes.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var code = default(HashCode);
            code.AddBytes(alternate);
            return code.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
