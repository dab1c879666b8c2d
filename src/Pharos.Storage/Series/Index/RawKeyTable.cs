using Pharos.Model.Writing;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Index;

/// <summary>From the hash of label bytes as received to the live series they led to.</summary>
/// <remarks>
/// <para>Shape: open addressing, linear probing, 24 bytes an entry, at most 3/4 full. Entries of slots that were given away are dropped
/// when the table grows or is rebuilt.</para>
/// <para>Threads: many readers without a lock; writers under the table's own. An entry's value is written before its key, and a value is one
/// 8-byte store. A table left behind by growth is emptied (its pages read as zeros), so that a late reader merely misses and asks again.</para>
/// </remarks>
sealed class RawKeyTable : IDisposable
{
    const int FirstCapacity = 1024;

    readonly Lock gate = new();
    readonly Func<SeriesHandle, bool> isLive;
    readonly List<NativeArray<Entry>> leftBehind = [];
    NativeArray<Entry> entries = new(FirstCapacity);
    int used;

    public RawKeyTable(Func<SeriesHandle, bool> isLive) => this.isLive = isLive;

    struct Entry
    {
        public ulong Low;
        public ulong High;
        public ulong Value;
    }

    public long SizeBytes => entries.Capacity * 24;

    public bool TryFind(UInt128 key, out SeriesHandle handle)
    {
        var table = Volatile.Read(ref entries);
        var (low, high) = ((ulong)key, (ulong)(key >> 64));
        var mask = table.Capacity - 1;
        for (var at = (long)high & mask; ; at = (at + 1) & mask)
        {
            ref var entry = ref table[at];
            var found = Volatile.Read(ref entry.Low);
            if (found == 0)
            {
                handle = default;
                return false;
            }
            if (found != low || entry.High != high) continue;
            handle = Unpack(Volatile.Read(ref entry.Value));
            return true;
        }
    }

    public void Set(UInt128 key, SeriesHandle handle)
    {
        lock (gate)
        {
            if ((used + 1) * 4L > entries.Capacity * 3) Rebuild();
            if (Put(entries, key, Pack(handle))) used++;
        }
    }

    public void Dispose()
    {
        entries.Dispose();
        foreach (var table in leftBehind) table.Dispose();
    }

    static ulong Pack(SeriesHandle handle) => handle.Slot | ((ulong)handle.Generation << 32);

    static SeriesHandle Unpack(ulong value) => new((uint)value, (ushort)(value >> 32));

    static bool Put(NativeArray<Entry> table, UInt128 key, ulong value)
    {
        var (low, high) = ((ulong)key, (ulong)(key >> 64));
        var mask = table.Capacity - 1;
        for (var at = (long)high & mask; ; at = (at + 1) & mask)
        {
            ref var entry = ref table[at];
            if (entry.Low == 0)
            {
                entry.Value = value;
                entry.High = high;
                Volatile.Write(ref entry.Low, low); // Publishes the entry.
                return true;
            }
            if (entry.Low != low || entry.High != high) continue;
            Volatile.Write(ref entry.Value, value);
            return false;
        }
    }

    /// <summary>Moves to a table of fitting size, without the entries of series that have left the head.</summary>
    void Rebuild()
    {
        var old = entries;
        var live = 0;
        for (long i = 0; i < old.Capacity; i++)
        {
            if (old[i].Low != 0 && isLive(Unpack(old[i].Value))) live++;
        }
        long capacity = FirstCapacity;
        while ((live + 1) * 2L > capacity) capacity *= 2;
        var fresh = new NativeArray<Entry>(capacity);
        for (long i = 0; i < old.Capacity; i++)
        {
            ref var entry = ref old[i];
            if (entry.Low != 0 && isLive(Unpack(entry.Value))) Put(fresh, new UInt128(entry.High, entry.Low), entry.Value);
        }
        used = live;
        Volatile.Write(ref entries, fresh);
        old.Release(0, old.Capacity);
        leftBehind.Add(old);
    }
}
