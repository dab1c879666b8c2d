using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Head;

/// <summary>The arrays by slot that all shards share, and who owns which page of slots.</summary>
/// <remarks>Threads: a slot's elements belong to its page's shard, under that shard's lock.</remarks>
sealed class HeadSlots : IDisposable
{
    public const int PageSlots = 1024;
    readonly NativeArray<byte> pageOwners;
    int pages;

    public HeadSlots(int maxSeries)
    {
        // Each shard may leave one page partly used.
        var capacity = (maxSeries + (long)(SeriesHead.Shards * PageSlots)) / PageSlots * PageSlots;
        NewestMs = new NativeArray<long>(capacity);
        NewestValue = new NativeArray<double>(capacity);
        States = new NativeArray<SlotState>(capacity);
        pageOwners = new NativeArray<byte>(capacity / PageSlots);
    }

    public NativeArray<long> NewestMs { get; }

    public NativeArray<double> NewestValue { get; }

    public NativeArray<SlotState> States { get; }

    /// <summary>Slots that were ever handed to a shard; higher numbers are nobody's.</summary>
    public uint Count => (uint)Volatile.Read(ref pages) * PageSlots;

    public long SizeBytes => Count * 48L;

    public int ShardOf(uint slot) => pageOwners[slot / PageSlots];

    /// <summary>The first slot of a page that is the shard's from now on.</summary>
    public uint TakePage(int shard)
    {
        lock (pageOwners)
        {
            pageOwners[pages] = (byte)shard;
            Volatile.Write(ref pages, pages + 1);
            return (uint)(pages - 1) * PageSlots;
        }
    }

    public void Dispose()
    {
        NewestMs.Dispose();
        NewestValue.Dispose();
        States.Dispose();
        pageOwners.Dispose();
    }
}
