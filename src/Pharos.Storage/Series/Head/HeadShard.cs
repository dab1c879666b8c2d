using System.Runtime.CompilerServices;
using Pharos.Model.Samples;
using Pharos.Model.Writing;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series.Head;

/// <summary>A part of the head under one short lock: judging, logging and applying samples happen in one go.</summary>
/// <remarks>
/// <para>Order: check -> encode into the log buffer -> apply. So the log has exactly what was accepted, in the order in which it was applied,
/// and replay decides nothing.</para>
/// <para>Threads: every public member takes the lock. Source: docs/formats/head.md.</para>
/// </remarks>
sealed partial class HeadShard(int number, HeadSlots slots, FrameStore frames, long maxPieces) : IDisposable
{
    /// <summary>Samples of a frame; the open run never waits longer unless the disk is full.</summary>
    public const int FrameSamples = 64;

    /// <summary>Pieces of a run of so many samples at 3 bytes each, which real series take.</summary>
    public const int FullRunBytes = 4 * 64;
    const int MaxOpenSamples = FrameCodec.MaxSamples;
    const int MaxOpenBytes = RunCodec.FirstSampleBytes + (MaxOpenSamples * RunCodec.MaxSampleBytes);
    const int MaxRecordBytes = 128 * 1024;

    readonly Lock gate = new();
    readonly PieceArena pieces = new(maxPieces);
    readonly Dictionary<uint, RareSamples> rare = [];
    readonly Stack<uint> freeSlots = new();
    readonly List<uint> pages = [];
    HeadLimits limits = new(long.MinValue, 0, Epoch: 1);
    LogBuffer filling = new();
    LogBuffer spare = new();
    FrameStore.Extent extent;
    uint nextSlot;
    uint endOfPage;
    ulong sequence;
    long samples;
    long newest = long.MinValue;
    long oldest = long.MaxValue;
    int live;

    public int LiveSeries => Volatile.Read(ref live);

    /// <summary>Samples appended since the store was opened.</summary>
    public long Samples => Volatile.Read(ref samples);

    /// <summary>Time of the newest sample ever appended; <see cref="long.MinValue"/> when there is none.</summary>
    public long NewestMs => Volatile.Read(ref newest);

    /// <summary>No in-order sample of the shard is older; <see cref="long.MaxValue"/> when there is none.</summary>
    public long OldestMs => Volatile.Read(ref oldest);

    public long SizeBytes => pieces.SizeBytes;

    public int PendingBytes => filling.Length;

    /// <summary>The handle of a series, which gets a slot when it has none.</summary>
    public SeriesHandle Attach(Index.SeriesCatalogue catalogue, uint index)
    {
        lock (gate)
        {
            var known = catalogue.SlotOf(index);
            if (known != Index.SeriesCatalogue.NoSlot) return new SeriesHandle(known - 1, slots.States[known - 1].Generation);
            var slot = TakeSlot();
            ref var state = ref slots.States[slot];
            var generation = (ushort)(state.Generation + 1);
            state = new SlotState { Id = catalogue.IdOf(index), Generation = generation == 0 ? (ushort)1 : generation, Flags = SlotFlags.Live };
            slots.NewestMs[slot] = long.MinValue;
            slots.NewestValue[slot] = 0;
            catalogue.SetSlot(index, slot + 1);
            live++;
            return new SeriesHandle(slot, state.Generation);
        }
    }

    /// <summary>Whether the slot still belongs to the series of that handle. Exact only for the moment of the call.</summary>
    public bool IsLive(SeriesHandle handle)
    {
        ref var state = ref slots.States[handle.Slot];
        return state.Generation == handle.Generation && (state.Flags & SlotFlags.Live) != 0;
    }

    /// <summary>Appends samples [from, until) of a batch, all of which have slots of this shard. Returns the bytes now pending for the log.</summary>
    /// <param name="nowMs">The clock, by which samples are too new and late ones too old.</param>
    public int Append(SampleBatch batch, int from, int until, long nowMs, ref AppendTally tally)
    {
        var handles = batch.Handles.AsSpan(from, until - from);
        var times = batch.TimesMs.AsSpan(from, until - from);
        var values = batch.Values.AsSpan(from, until - from);
        var status = batch.Status.AsSpan(from, until - from);
        var hasHistograms = batch.Histograms is { Count: > 0 };
        var hasStarts = batch.StartTimesMs is { Count: > 0 };
        var latestMs = HeadLimits.LatestAt(nowMs);
        lock (gate)
        {
            var earliestMs = Math.Max(limits.MinValidMs, TimeRange.MinMs);
            var record = default(SampleRecordWriter);
            var isOpen = false;
            for (var i = 0; i < handles.Length; i++)
            {
                var slot = handles[i].Slot;
                ref var state = ref slots.States[slot];
                ref var newestMs = ref slots.NewestMs[slot];
                var timeMs = times[i];
                var isPlain = timeMs > newestMs && timeMs >= earliestMs && timeMs <= latestMs
                    && state.Generation == handles[i].Generation && (state.Flags & (SlotFlags.Live | SlotFlags.NewestIsHistogram)) == SlotFlags.Live
                    && !(hasHistograms && batch.Histograms!.ContainsKey(from + i)) && !(hasStarts && ChangesStart(batch, from + i, slot))
                    && EnsureRoom(slot, ref state, timeMs);
                if (isPlain)
                {
                    if (isOpen && filling.PayloadLength >= MaxRecordBytes) EndSamples(ref record, ref isOpen);
                    if (!isOpen) record = BeginSamples(LogRecordKind.Samples, ref isOpen);
                    record.Add(state.Id, timeMs, values[i]);
                    Push(ref state, newestMs, slots.NewestValue[slot], timeMs, values[i]);
                    newestMs = timeMs;
                    slots.NewestValue[slot] = values[i];
                    status[i] = AppendStatus.Stored;
                    tally.Stored++;
                    continue;
                }
                if (isOpen) EndSamples(ref record, ref isOpen);
                status[i] = AppendSlow(batch, from + i, nowMs, ref tally);
                tally.Count(status[i]);
            }
            if (isOpen) EndSamples(ref record, ref isOpen);
            NoteTimes(times, status);
            return filling.Length;
        }
    }

    /// <summary>Hands the filled log buffer to the committer, which must be done with the one it took before.</summary>
    public void TakeLog(List<LogBuffer> into)
    {
        lock (gate)
        {
            if (filling.Length == 0) return;
            into.Add(filling);
            (filling, spare) = (spare, filling);
        }
    }

    /// <summary>Adds the times of late samples before the boundary that the view sees, to find the windows they belong to.</summary>
    public void CollectLateTimes(HeadView view, long beforeMs, List<long> into)
    {
        lock (gate)
        {
            foreach (var samplesOfSlot in rare.Values)
            {
                foreach (var sample in samplesOfSlot.Late)
                {
                    if (sample.TimeMs < beforeMs && view.SeesLate(sample)) into.Add(sample.TimeMs);
                }
            }
        }
    }

    /// <summary>Frees the shard's slots whose series has nothing newer than that time and no sample outside published blocks.</summary>
    public int ReleaseSilent(Index.SeriesCatalogue catalogue, long silentBeforeMs)
    {
        lock (gate)
        {
            var released = 0;
            foreach (var slot in LiveSlots())
            {
                ref var state = ref slots.States[slot];
                if (slots.NewestMs[slot] >= silentBeforeMs || (state.Flags & SlotFlags.Rare) != 0) continue;
                var index = catalogue.IndexOf(state.Id);
                if (index >= 0) catalogue.SetSlot((uint)index, Index.SeriesCatalogue.NoSlot);
                FreeRun(ref state);
                state.Flags = SlotFlags.None;
                state.LastFrame = 0;
                freeSlots.Push(slot);
                live--;
                released++;
            }
            return released;
        }
    }

    /// <summary>Forgets rare samples that no view sees any more, because published blocks hold them.</summary>
    public void Trim(HeadView oldestView)
    {
        lock (gate)
        {
            foreach (var (slot, samplesOfSlot) in rare.ToArray())
            {
                samplesOfSlot.Trim(oldestView);
                if (!samplesOfSlot.IsEmpty) continue;
                rare.Remove(slot);
                slots.States[slot].Flags &= ~SlotFlags.Rare;
            }
            if (oldest < oldestView.FromMs) oldest = newest >= oldestView.FromMs ? oldestView.FromMs : long.MaxValue;
        }
    }

    /// <summary>Changes what is accepted: every sample applied after this returns was judged by the new limits.</summary>
    public void SetLimits(HeadLimits changed)
    {
        lock (gate) limits = changed;
    }

    public void Dispose() => pieces.Dispose();

    SampleRecordWriter BeginSamples(LogRecordKind kind, ref bool isOpen)
    {
        filling.Begin(kind, number, ++sequence);
        isOpen = true;
        var record = new SampleRecordWriter(filling);
        record.Begin();
        return record;
    }

    void EndSamples(ref SampleRecordWriter record, ref bool isOpen)
    {
        record.End();
        filling.End();
        isOpen = false;
    }

    /// <summary>Everything but an in-order float into a run that has room.</summary>
    AppendStatus AppendSlow(SampleBatch batch, int at, long nowMs, ref AppendTally tally)
    {
        var handle = batch.Handles[at];
        var timeMs = batch.TimesMs[at];
        ref var state = ref slots.States[handle.Slot];
        if (state.Generation != handle.Generation || (state.Flags & SlotFlags.Live) == 0) return AppendStatus.Gone;
        if (timeMs < TimeRange.MinMs) return AppendStatus.TooOld;
        if (timeMs > HeadLimits.LatestAt(nowMs)) return AppendStatus.TooNew;
        var histogram = batch.Histograms?.GetValueOrDefault(at);
        var value = histogram?.Sum ?? batch.Values[at];
        var newestMs = slots.NewestMs[handle.Slot];
        if (timeMs == newestMs) return CompareWithNewest(handle.Slot, ref state, value, histogram);
        if (timeMs < newestMs || timeMs < limits.MinValidMs)
        {
            // What is newer than the clock (by the few minutes that are taken, or from a time when it went ahead) makes nothing else late.
            var referenceMs = Math.Min(Math.Max(limits.MinValidMs, Math.Max(newest, newestMs)), nowMs);
            return AppendLate(handle.Slot, ref state, new RareSample(timeMs, value, histogram, limits.Epoch), newestMs, referenceMs);
        }

        if (!EnsureRoom(handle.Slot, ref state, timeMs) || (histogram is not null && state.OpenCount > 0 && !TrySeal(handle.Slot, ref state)))
        {
            tally.Reason ??= "the disk has no room for another head frame file";
            return AppendStatus.Refused;
        }
        if (batch.StartTimesMs is { } starts && starts.TryGetValue(at, out var startMs)) LogStart(handle.Slot, ref state, timeMs, startMs);
        if (histogram is not null)
        {
            LogHistogram(LogRecordKind.Histograms, state.Id, timeMs, histogram);
            ApplyHistogram(handle.Slot, ref state, timeMs, histogram, limits.Epoch);
            return AppendStatus.Stored;
        }
        var isOpen = false;
        var record = BeginSamples(LogRecordKind.Samples, ref isOpen);
        record.Add(state.Id, timeMs, value);
        EndSamples(ref record, ref isOpen);
        ApplyFloat(handle.Slot, ref state, timeMs, value);
        return AppendStatus.Stored;
    }

    /// <summary>Seals the open run when it cannot take another float of that time. False when it must be sealed and the disk is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool EnsureRoom(uint slot, ref SlotState state, long timeMs)
    {
        if (state.OpenCount == 0) return true;
        var fits = RunCodec.Fits(timeMs - slots.NewestMs[slot]);
        return (fits && state.OpenCount < FrameSamples) || TrySeal(slot, ref state) || (fits && state.OpenCount < MaxOpenSamples);
    }

    bool ChangesStart(SampleBatch batch, int at, uint slot) =>
        batch.StartTimesMs!.TryGetValue(at, out var startMs) && startMs != (rare.GetValueOrDefault(slot)?.StartInForceMs ?? 0);

    AppendStatus CompareWithNewest(uint slot, ref SlotState state, double value, FloatHistogram? histogram)
    {
        if ((state.Flags & SlotFlags.NewestIsHistogram) != 0)
        {
            // A trimmed histogram stands in a block: then no equality can be claimed without reading it.
            var known = rare.GetValueOrDefault(slot)?.Histograms.LastOrDefault().Histogram;
            return known is not null && histogram is not null && HistogramCodec.Same(known, histogram) ? AppendStatus.DuplicateSame : AppendStatus.DuplicateOther;
        }
        return histogram is null && SameBits(slots.NewestValue[slot], value) ? AppendStatus.DuplicateSame : AppendStatus.DuplicateOther;
    }

    /// <param name="referenceMs">From where the window for late samples counts.</param>
    AppendStatus AppendLate(uint slot, ref SlotState state, RareSample sample, long newestMs, long referenceMs)
    {
        if (limits.OutOfOrderWindowMs == 0) return sample.TimeMs < newestMs ? AppendStatus.OutOfOrder : AppendStatus.TooOld;
        if (sample.TimeMs < referenceMs - limits.OutOfOrderWindowMs) return AppendStatus.TooOld;
        if (!RareOf(slot, ref state).TryAddLate(sample, out var existing))
        {
            var isSame = sample.Histogram is null
                ? existing.Histogram is null && SameBits(existing.Value, sample.Value)
                : existing.Histogram is not null && HistogramCodec.Same(existing.Histogram, sample.Histogram);
            return isSame ? AppendStatus.DuplicateSame : AppendStatus.DuplicateOther;
        }
        if (sample.Histogram is { } histogram)
        {
            LogHistogram(LogRecordKind.LateHistograms, state.Id, sample.TimeMs, histogram);
        }
        else
        {
            var isOpen = false;
            var record = BeginSamples(LogRecordKind.LateSamples, ref isOpen);
            record.Add(state.Id, sample.TimeMs, sample.Value);
            EndSamples(ref record, ref isOpen);
        }
        return AppendStatus.Stored;
    }

    void LogStart(uint slot, ref SlotState state, long timeMs, long startMs)
    {
        if (startMs == (rare.GetValueOrDefault(slot)?.StartInForceMs ?? 0)) return;
        RareOf(slot, ref state).Starts.Add((timeMs, startMs));
        using var payload = new ByteWriter(32);
        payload.U32(state.Id);
        payload.I64(timeMs);
        payload.I64(startMs);
        LogRare(LogRecordKind.StartTimes, payload);
    }

    void LogHistogram(LogRecordKind kind, uint id, long timeMs, FloatHistogram histogram)
    {
        using var payload = new ByteWriter(512);
        payload.U32(id);
        payload.I64(timeMs);
        HistogramCodec.Write(payload, histogram);
        LogRare(kind, payload);
    }

    void LogRare(LogRecordKind kind, ByteWriter payload)
    {
        filling.Begin(kind, number, ++sequence);
        filling.Add(payload.Written);
        filling.End();
    }

    /// <summary>The open run is sealed already, because its own newest sample must be the slot's.</summary>
    void ApplyHistogram(uint slot, ref SlotState state, long timeMs, FloatHistogram histogram, int epoch)
    {
        RareOf(slot, ref state).Histograms.Add(new RareSample(timeMs, histogram.Sum, histogram, epoch));
        state.Flags |= SlotFlags.NewestIsHistogram;
        slots.NewestMs[slot] = timeMs;
        slots.NewestValue[slot] = histogram.Sum;
    }

    /// <summary>After <see cref="EnsureRoom"/>.</summary>
    void ApplyFloat(uint slot, ref SlotState state, long timeMs, double value)
    {
        Push(ref state, slots.NewestMs[slot], slots.NewestValue[slot], timeMs, value);
        state.Flags &= ~SlotFlags.NewestIsHistogram;
        slots.NewestMs[slot] = timeMs;
        slots.NewestValue[slot] = value;
    }

    RareSamples RareOf(uint slot, ref SlotState state)
    {
        if (rare.TryGetValue(slot, out var known)) return known;
        state.Flags |= SlotFlags.Rare;
        return rare[slot] = new RareSamples();
    }

    /// <summary>Adds to the open run, which has room, and whose last sample is the previous one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Push(ref SlotState state, long previousMs, double previous, long timeMs, double value)
    {
        if (state.OpenCount == 0)
        {
            state.FirstPiece = state.LastPiece = pieces.Add(0);
            RunCodec.EncodeFirst(pieces.Content(state.FirstPiece), timeMs, value);
            state.OpenBytes = RunCodec.FirstSampleBytes;
            state.OpenCount = 1;
            state.StepMs = 0;
            return;
        }
        var used = state.OpenBytes % PieceArena.ContentBytes;
        if (used > 0 && used <= PieceArena.ContentBytes - RunCodec.MaxSampleBytes)
        {
            state.OpenBytes += (ushort)RunCodec.Encode(pieces.Content(state.LastPiece)[used..], previousMs, previous, ref state.StepMs, timeMs, value);
        }
        else
        {
            PushAcross(ref state, used, previousMs, previous, timeMs, value);
        }
        state.OpenCount++;
    }

    /// <summary>The sample may straddle two pieces.</summary>
    void PushAcross(ref SlotState state, int used, long previousMs, double previous, long timeMs, double value)
    {
        Span<byte> coded = stackalloc byte[RunCodec.MaxSampleBytes + 8];
        var length = RunCodec.Encode(coded, previousMs, previous, ref state.StepMs, timeMs, value);
        var room = used == 0 ? 0 : PieceArena.ContentBytes - used;
        var here = Math.Min(room, length);
        if (here > 0) coded[..here].CopyTo(pieces.Content(state.LastPiece)[used..]);
        if (here < length)
        {
            state.LastPiece = pieces.Add(state.LastPiece);
            coded[here..length].CopyTo(pieces.Content(state.LastPiece));
        }
        state.OpenBytes += (ushort)length;
    }

    /// <summary>Moves the open run to the frame file. False when the disk is full: the run then stays as it is.</summary>
    bool TrySeal(uint slot, ref SlotState state)
    {
        if (frames.IsWithoutRoom) return false; // Before anything is coded in vain, for each sample of each series.
        Span<byte> run = stackalloc byte[MaxOpenBytes];
        Span<long> times = stackalloc long[MaxOpenSamples];
        Span<double> values = stackalloc double[MaxOpenSamples];
        Span<byte> coded = stackalloc byte[FrameCodec.MaxBytes(MaxOpenSamples)];
        var count = RunCodec.Decode(run[..CopyRun(in state, run)], state.OpenCount, times, values);
        Model.Diagnostics.Invariant.Holds(count == state.OpenCount, $"series {state.Id}: {count} of {state.OpenCount} open samples decode");
        var length = FrameCodec.Encode(times[..count], values[..count], coded);
        if (!frames.TryWrite(ref extent, state.Id, count, coded[..length], times[0], times[count - 1], state.LastFrame, out var address)) return false;
        FreeRun(ref state);
        state.LastFrame = address;
        return true;
    }

    int CopyRun(in SlotState state, Span<byte> to)
    {
        var copied = 0;
        for (var piece = state.FirstPiece; copied < state.OpenBytes; piece = pieces.Next(piece))
        {
            var part = Math.Min(PieceArena.ContentBytes, state.OpenBytes - copied);
            pieces.Content(piece)[..part].CopyTo(to[copied..]);
            copied += part;
        }
        return copied;
    }

    void FreeRun(ref SlotState state)
    {
        if (state.OpenCount == 0) return;
        pieces.Free(state.FirstPiece, state.LastPiece, (state.OpenBytes + PieceArena.ContentBytes - 1) / PieceArena.ContentBytes);
        (state.FirstPiece, state.LastPiece, state.OpenBytes, state.OpenCount) = (0, 0, 0, 0);
    }

    uint TakeSlot()
    {
        if (freeSlots.TryPop(out var free)) return free;
        if (nextSlot == endOfPage)
        {
            nextSlot = slots.TakePage(number);
            endOfPage = nextSlot + HeadSlots.PageSlots;
            pages.Add(nextSlot);
        }
        return nextSlot++;
    }

    IEnumerable<uint> LiveSlots()
    {
        foreach (var page in pages)
        {
            for (var slot = page; slot < page + HeadSlots.PageSlots; slot++)
            {
                if ((slots.States[slot].Flags & SlotFlags.Live) != 0) yield return slot;
            }
        }
    }

    void NoteTimes(ReadOnlySpan<long> times, ReadOnlySpan<AppendStatus> status)
    {
        var (low, high, stored) = (oldest, newest, 0);
        for (var i = 0; i < times.Length; i++)
        {
            if (status[i] != AppendStatus.Stored) continue;
            stored++;
            low = Math.Min(low, times[i]);
            high = Math.Max(high, times[i]);
        }
        (oldest, newest) = (low, high);
        samples += stored;
    }

    static bool SameBits(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b);
}
