using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Head;

/// <summary>A series whose newest in-order sample lies ahead of the clock, and that sample's time.</summary>
readonly record struct AheadSeries(uint Slot, uint Id, long NewestMs);

/// <remarks>Samples that lie ahead of the clock, taken by an older program or while the clock was wrong.</remarks>
sealed partial class HeadShard
{
    /// <summary>Adds the series whose newest in-order sample lies behind that time.</summary>
    public void CollectAhead(long latestMs, List<AheadSeries> into)
    {
        lock (gate)
        {
            foreach (var slot in LiveSlots())
            {
                if (slots.NewestMs[slot] > latestMs) into.Add(new(slot, slots.States[slot].Id, slots.NewestMs[slot]));
            }
        }
    }

    /// <summary>Takes the in-order samples behind that time out of those series. One that got another sample meanwhile is left as it is.</summary>
    public void CutAhead(IEnumerable<AheadSeries> series, long latestMs)
    {
        lock (gate)
        {
            foreach (var (slot, id, newestMs) in series)
            {
                ref var state = ref slots.States[slot];
                if (state.Id == id && (state.Flags & SlotFlags.Live) != 0 && slots.NewestMs[slot] == newestMs) Cut(slot, ref state, latestMs);
            }
            newest = long.MinValue;
            foreach (var slot in LiveSlots()) newest = Math.Max(newest, slots.NewestMs[slot]);
            foreach (var others in rare.Values)
            {
                foreach (var late in others.Late) newest = late.TimeMs <= latestMs ? Math.Max(newest, late.TimeMs) : newest;
            }
        }
    }

    void Cut(uint slot, ref SlotState state, long latestMs)
    {
        CutFloats(slot, ref state, latestMs);
        state.Flags &= ~SlotFlags.NewestIsHistogram;
        if (!rare.TryGetValue(slot, out var others)) return;
        others.Histograms.RemoveAll(sample => sample.TimeMs > latestMs);
        others.Starts.RemoveAll(start => start.FromMs > latestMs);
        if (others.Histograms is [.., var last] && last.TimeMs > slots.NewestMs[slot])
        {
            state.Flags |= SlotFlags.NewestIsHistogram;
            (slots.NewestMs[slot], slots.NewestValue[slot]) = (last.TimeMs, last.Value);
        }
        if (!others.IsEmpty) return;
        rare.Remove(slot);
        state.Flags &= ~SlotFlags.Rare;
    }

    /// <summary>Goes back over the open run and the frames to the newest sample that stays; what stays of its run or frame becomes the open run.</summary>
    void CutFloats(uint slot, ref SlotState state, long latestMs)
    {
        Span<byte> run = stackalloc byte[MaxOpenBytes];
        Span<long> times = stackalloc long[MaxOpenSamples];
        Span<double> values = stackalloc double[MaxOpenSamples];
        var count = state.OpenCount == 0 ? 0 : RunCodec.Decode(run[..CopyRun(in state, run)], state.OpenCount, times, values);
        var kept = CountThrough(times[..count], latestMs);
        FreeRun(ref state);
        (slots.NewestMs[slot], slots.NewestValue[slot]) = (long.MinValue, 0);
        while (kept == 0 && state.LastFrame != 0)
        {
            if (!frames.TryRead(state.LastFrame, state.Id, out var frame))
            {
                state.LastFrame = 0; // The chain ended here for readers, too.
                return;
            }
            if (frame.FirstMs <= latestMs) FrameCodec.Decode(frame.Coded, times[..frame.Count], values[..frame.Count]);
            if (frame.LastMs <= latestMs)
            {
                (slots.NewestMs[slot], slots.NewestValue[slot]) = (frame.LastMs, values[frame.Count - 1]);
                return;
            }
            if (frame.FirstMs <= latestMs) kept = CountThrough(times[..frame.Count], latestMs);
            state.LastFrame = frame.Previous;
        }
        for (var i = 0; i < kept; i++)
        {
            Push(ref state, slots.NewestMs[slot], slots.NewestValue[slot], times[i], values[i]);
            (slots.NewestMs[slot], slots.NewestValue[slot]) = (times[i], values[i]);
        }
    }

    static int CountThrough(ReadOnlySpan<long> times, long latestMs)
    {
        var count = times.Length;
        while (count > 0 && times[count - 1] > latestMs) count--;
        return count;
    }
}
