using Microsoft.Extensions.Logging;
using Pharos.Model.Writing;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Index;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series.Head;

/// <summary>All samples that are not in a block yet, in shards by series.</summary>
/// <remarks>
/// <para>Threads: safe for all; a batch takes the short lock of each shard it touches.</para>
/// <para>Source: docs/formats/head.md.</para>
/// </remarks>
sealed class SeriesHead : IDisposable
{
    public const int Shards = 16;
    const int HurryBytes = 256 * 1024;
    const int HoldBytes = 4 * 1024 * 1024;

    readonly Lock limitsGate = new();
    readonly HeadSlots slots;
    readonly HeadShard[] shards = new HeadShard[Shards];
    HeadLimits limits;

    public SeriesHead(string folder, int maxSeries, int frameFileBytes, long outOfOrderWindowMs, ILogger logger, TimeProvider clock)
    {
        Frames = new FrameStore(folder, frameFileBytes, logger, clock);
        slots = new HeadSlots(maxSeries);
        for (var i = 0; i < Shards; i++) shards[i] = new HeadShard(i, slots, Frames, Math.Max(1 << 16, maxSeries * 2L));
        limits = new HeadLimits(long.MinValue, outOfOrderWindowMs, Epoch: 1);
        ChangeLimits(initial => initial);
    }

    public FrameStore Frames { get; }

    public HeadLimits Limits => Volatile.Read(ref limits);

    public ReadOnlySpan<HeadShard> All => shards;

    public int LiveSeries => shards.Sum(shard => shard.LiveSeries);

    public long SamplesAppended => shards.Sum(shard => shard.Samples);

    public long NewestMs => shards.Max(shard => shard.NewestMs);

    public long OldestMs => shards.Min(shard => shard.OldestMs);

    public long SizeBytes => slots.SizeBytes + shards.Sum(shard => shard.SizeBytes);

    /// <summary>Native memory once the open runs of all series are full: it must be there for them before another series is taken.</summary>
    public long FullBytes => slots.SizeBytes + Math.Max(shards.Sum(shard => shard.SizeBytes), LiveSeries * (long)HeadShard.FullRunBytes);

    /// <summary>A series' shard follows from its id, so that it is the same after a restart.</summary>
    public static int ShardNumberOf(uint id) => (int)((id / HeadSlots.PageSlots) % Shards);

    public HeadShard ShardOfId(uint id) => shards[ShardNumberOf(id)];

    public SeriesHandle Attach(SeriesCatalogue catalogue, uint index) => ShardOfId(catalogue.IdOf(index)).Attach(catalogue, index);

    public bool IsLive(SeriesHandle handle) => handle.Slot < slots.Count && shards[slots.ShardOf(handle.Slot)].IsLive(handle);

    /// <summary>Appends in order and sets each sample's status. The log tells when much is pending.</summary>
    public AppendOutcome Append(SampleBatch batch, long nowMs, LogWriter log)
    {
        var tally = default(AppendTally);
        var known = slots.Count;
        for (var from = 0; from < batch.Count;)
        {
            var slot = batch.Handles[from].Slot;
            if (slot >= known)
            {
                batch.Status[from++] = AppendStatus.Gone;
                tally.Gone++;
                continue;
            }
            var shard = slots.ShardOf(slot);
            var until = from + 1;
            while (until < batch.Count && batch.Handles[until].Slot < known && slots.ShardOf(batch.Handles[until].Slot) == shard) until++;
            var pending = shards[shard].Append(batch, from, until, nowMs, ref tally);
            if (pending > HurryBytes) log.Hurry(holdAppends: pending > HoldBytes);
            from = until;
        }
        return tally.Outcome();
    }

    public HeadShard.NewestFound FindNewest(uint slot, uint id, long afterMs, long throughMs, out long timeMs, out double value) =>
        ShardOfId(id).FindNewest(slot, id, afterMs, throughMs, out timeMs, out value);

    public void Read(uint slot, uint id, HeadView view, long afterMs, long throughMs, SampleColumns into) =>
        ShardOfId(id).Read(slot, id, view, afterMs, throughMs, into);

    /// <summary>Time of the slot's newest sample. Exact only for the moment of the call.</summary>
    public long NewestOf(uint slot) => Volatile.Read(ref slots.NewestMs[slot]);

    public void TakeLogs(List<LogBuffer> into)
    {
        foreach (var shard in shards) shard.TakeLog(into);
    }

    /// <summary>Applies one log record. Returns the samples whose series is unknown.</summary>
    /// <param name="latestMs">A series' newest sample behind that time says nothing of which samples came late.</param>
    public int Replay(LogRecordKind kind, int shard, ulong sequence, ReadOnlySpan<byte> payload, SeriesCatalogue catalogue, long latestMs)
    {
        if (shard >= Shards) throw new CorruptDataException("log record", 0, $"a shard below {Shards}", $"{shard}");
        return shards[shard].Replay(kind, sequence, payload, catalogue, latestMs);
    }

    /// <summary>Changes what is accepted: every sample that is applied after this returns was judged by the new limits.</summary>
    public HeadLimits ChangeLimits(Func<HeadLimits, HeadLimits> change)
    {
        lock (limitsGate)
        {
            var changed = change(limits);
            foreach (var shard in shards) shard.SetLimits(changed);
            Volatile.Write(ref limits, changed);
            return changed;
        }
    }

    public void Trim(HeadView oldestView)
    {
        foreach (var shard in shards) shard.Trim(oldestView);
    }

    /// <summary>Times of late samples before the boundary that the view sees.</summary>
    public List<long> LateTimes(HeadView view, long beforeMs)
    {
        var times = new List<long>();
        foreach (var shard in shards) shard.CollectLateTimes(view, beforeMs, times);
        return times;
    }

    public int ReleaseSilent(SeriesCatalogue catalogue, long silentBeforeMs) => shards.Sum(shard => shard.ReleaseSilent(catalogue, silentBeforeMs));

    /// <summary>The series whose newest in-order sample lies behind that time.</summary>
    public List<AheadSeries> Ahead(long latestMs)
    {
        var found = new List<AheadSeries>();
        foreach (var shard in shards) shard.CollectAhead(latestMs, found);
        return found;
    }

    /// <summary>Takes the in-order samples behind that time out of those series, which blocks hold by now.</summary>
    public void CutAhead(List<AheadSeries> series, long latestMs)
    {
        var byShard = series.ToLookup(one => slots.ShardOf(one.Slot));
        for (var i = 0; i < shards.Length; i++) shards[i].CutAhead(byShard[i], latestMs);
        Frames.ForgetAfter(latestMs);
    }

    public void Dispose()
    {
        foreach (var shard in shards) shard.Dispose();
        slots.Dispose();
        Frames.Dispose();
    }
}
