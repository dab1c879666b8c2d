using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series.Index;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series.Head;

sealed partial class HeadShard
{
    /// <summary>Sequence number, oldest and newest time, number of series.</summary>
    public const int PartHeaderBytes = 28;

    /// <summary>Sequence number of the last record applied.</summary>
    public ulong Sequence
    {
        get
        {
            lock (gate) return sequence;
        }
    }

    /// <summary>Writes all open data that the view needs, as of one moment, for the checkpoint.</summary>
    /// <param name="guard">Sums up each entry.</param>
    public void Save(ByteWriter to, PartGuard guard, HeadView view)
    {
        lock (gate)
        {
            Span<byte> run = stackalloc byte[MaxOpenBytes];
            guard.Begin(sequence, oldest, newest);
            to.U64(sequence);
            to.I64(oldest);
            to.I64(newest);
            to.U32((uint)live);
            foreach (var slot in LiveSlots())
            {
                ref var state = ref slots.States[slot];
                var start = to.Length;
                to.U32(state.Id);
                to.I64(slots.NewestMs[slot]);
                to.F64(slots.NewestValue[slot]);
                to.U64(state.LastFrame);
                to.U32((uint)state.StepMs);
                to.U8((byte)state.Flags);
                to.U8(state.OpenCount);
                var length = CopyRun(in state, run);
                to.U16((ushort)length);
                to.Raw(run[..length]);
                guard.Add(state.Id, GuardedKind.Series, to.Written[start..]);
                if ((state.Flags & SlotFlags.Rare) != 0) SaveRare(to, guard, state.Id, rare[slot], view);
            }
        }
    }

    /// <summary>Restores what <see cref="Save"/> wrote. Series that the catalogue does not know are counted and left out.</summary>
    /// <exception cref="CorruptDataException">The bytes are not such a part; what came before them is restored.</exception>
    public int Load(ref ByteReader from, SeriesCatalogue catalogue)
    {
        var unknown = 0;
        sequence = from.U64();
        oldest = from.I64();
        newest = from.I64();
        var count = from.U32();
        for (var i = 0u; i < count; i++)
        {
            var slot = LoadSeries(ref from, catalogue, out var flags);
            var others = (flags & SlotFlags.Rare) != 0 ? LoadRare(ref from) : null;
            if (slot is null) unknown++;
            else if (others is not null) (slots.States[slot.Value].Flags, rare[slot.Value]) = (flags, others);
        }
        return unknown;
    }

    /// <summary>As <see cref="Load"/>, of a part that is damaged: entry by entry, as long as its own check sum holds.</summary>
    /// <param name="damaged">Gets the ids of the series of which something is lost; whether its open run is.</param>
    public int LoadGuarded(ReadOnlySpan<byte> part, PartGuard.Sums guard, SeriesCatalogue catalogue, Dictionary<uint, bool> damaged)
    {
        var unknown = 0;
        (sequence, oldest, newest) = (guard.Sequence, guard.OldestMs, guard.NewestMs);
        var at = PartHeaderBytes;
        foreach (var (id, kind, length, sum) in guard.Ranges())
        {
            if (length > part.Length - at) CorruptDataException.Throw("checkpoint", at, $"an entry of {length} bytes", $"{part.Length - at} bytes");
            var bytes = part.Slice(at, length);
            at += length;
            var reader = new ByteReader(bytes, "checkpoint", at);
            if (Crc32C.Of(bytes) != sum) damaged[id] = kind == GuardedKind.Series || damaged.GetValueOrDefault(id);
            else if (kind != GuardedKind.Series) LoadRange(kind, id, ref reader, catalogue);
            else if (LoadSeries(ref reader, catalogue, out _) is null) unknown++;
        }
        return unknown;
    }

    /// <summary>Gives a series whose entry in the checkpoint is lost its frames back. False when nothing of it is known.</summary>
    /// <param name="fromMs">What ends before is in blocks.</param>
    /// <param name="knownMs">The last time that is known.</param>
    public bool Restore(uint id, FrameIndex index, SeriesCatalogue catalogue, long fromMs, out long knownMs)
    {
        knownMs = long.MinValue;
        var at = catalogue.IndexOf(id);
        var address = index.Before(id, ulong.MaxValue, long.MaxValue, out var lastMs);
        if (address != 0 && lastMs < fromMs) address = 0;
        if (at < 0 || (address == 0 && catalogue.SlotOf((uint)at) == SeriesCatalogue.NoSlot)) return false;
        var slot = Attach(catalogue, (uint)at).Slot;
        ref var state = ref slots.States[slot];
        if (address != 0 && frames.TryRead(address, id, out var frame))
        {
            Span<long> times = stackalloc long[MaxOpenSamples];
            Span<double> values = stackalloc double[MaxOpenSamples];
            FrameCodec.Decode(frame.Coded, times[..frame.Count], values[..frame.Count]);
            (state.LastFrame, slots.NewestMs[slot], slots.NewestValue[slot]) = (address, lastMs, values[frame.Count - 1]);
            Note(lastMs);
            Note(Math.Max(fromMs, index.OldestMs(id)));
        }
        if (rare.TryGetValue(slot, out var others) && others.Histograms is [.., var last] && last.TimeMs > slots.NewestMs[slot])
        {
            (slots.NewestMs[slot], slots.NewestValue[slot]) = (last.TimeMs, last.Value);
            state.Flags |= SlotFlags.NewestIsHistogram;
            Note(last.TimeMs);
        }
        knownMs = slots.NewestMs[slot];
        return true;
    }

    /// <summary>Reads the entry of a series but for its rare samples, which <paramref name="flags"/> may announce. Null when the catalogue does not know it.</summary>
    uint? LoadSeries(ref ByteReader from, SeriesCatalogue catalogue, out SlotFlags flags)
    {
        var index = catalogue.IndexOf(from.U32());
        var newestMs = from.I64();
        var newestValue = from.F64();
        var lastFrame = from.U64();
        var step = (int)from.U32();
        flags = (SlotFlags)from.U8();
        var openCount = from.U8();
        var run = from.Take(from.U16());
        if (index < 0) return null;
        var slot = Attach(catalogue, (uint)index).Slot;
        ref var state = ref slots.States[slot];
        (slots.NewestMs[slot], slots.NewestValue[slot]) = (newestMs, newestValue);
        // A file that was dropped may give its number to a new one: an address that still names it would lead into frames of later times, and round.
        if (!frames.Holds(lastFrame) && !frames.Misses(lastFrame)) lastFrame = 0;
        (state.LastFrame, state.StepMs, state.Flags, state.OpenCount) = (lastFrame, step, flags & ~SlotFlags.Rare, openCount);
        PutRun(ref state, run);
        return slot;
    }

    void LoadRange(GuardedKind kind, uint id, ref ByteReader from, SeriesCatalogue catalogue)
    {
        var index = catalogue.IndexOf(id);
        if (index < 0) return;
        var slot = Attach(catalogue, (uint)index).Slot;
        var others = RareOf(slot, ref slots.States[slot]);
        if (kind is GuardedKind.Histograms or GuardedKind.Late) _ = from.Varint(); // How many there are in all ranges together.
        switch (kind)
        {
            case GuardedKind.Histograms:
            case GuardedKind.MoreHistograms:
                while (from.Remaining > 0) others.Histograms.Add(LoadOne(ref from));
                break;
            case GuardedKind.Late:
            case GuardedKind.MoreLate:
                while (from.Remaining > 0) others.Late.Add(LoadOne(ref from));
                break;
            case GuardedKind.Starts:
                LoadStarts(ref from, others);
                break;
        }
    }

    /// <summary>Applies a record of the log unless the checkpoint has it already. Returns the samples whose series is unknown.</summary>
    public int Replay(LogRecordKind kind, ulong recordSequence, ReadOnlySpan<byte> payload, SeriesCatalogue catalogue, long latestMs)
    {
        if (recordSequence <= sequence) return 0;
        var unknown = 0;
        switch (kind)
        {
            case LogRecordKind.Samples:
            case LogRecordKind.LateSamples:
                var records = new SampleRecordReader(payload);
                long index = -1;
                while (records.MoveNext())
                {
                    // Records mostly name neighbours: the next index is tried before the search.
                    index = index >= 0 && index + 1 < catalogue.Count && catalogue.IdOf((uint)index + 1) == records.Id ? index + 1 : catalogue.IndexOf(records.Id);
                    if (index < 0)
                    {
                        // Never acknowledged, or its catalogue record is damaged. Either way the id must not become another series'.
                        catalogue.ReserveIds(records.Id + 1);
                        unknown++;
                    }
                    else ReplayFloat(kind, Attach(catalogue, (uint)index).Slot, records.TimeMs, records.Value, latestMs);
                }
                break;
            case LogRecordKind.Histograms:
            case LogRecordKind.LateHistograms:
            case LogRecordKind.StartTimes:
                if (!ReplayRare(kind, payload, catalogue, latestMs)) unknown++;
                break;
            default:
                throw new CorruptDataException("log record", 0, "a known kind", $"kind {(int)kind}");
        }
        sequence = recordSequence;
        return unknown;
    }

    void ReplayFloat(LogRecordKind kind, uint slot, long timeMs, double value, long latestMs)
    {
        ref var state = ref slots.States[slot];
        Note(timeMs);
        if (kind == LogRecordKind.LateSamples || IsBehindCut(slot, timeMs, latestMs))
        {
            RareOf(slot, ref state).TryAddLate(new RareSample(timeMs, value, null, 0), out _);
            return;
        }
        if (timeMs <= slots.NewestMs[slot]) return; // A failed commit was written twice.
        if (!EnsureRoom(slot, ref state, timeMs)) throw NoRoom();
        ApplyFloat(slot, ref state, timeMs, value);
    }

    bool ReplayRare(LogRecordKind kind, ReadOnlySpan<byte> payload, SeriesCatalogue catalogue, long latestMs)
    {
        var reader = new ByteReader(payload, "log record");
        var index = catalogue.IndexOf(reader.U32());
        var timeMs = reader.I64();
        if (index < 0) return false;
        var slot = Attach(catalogue, (uint)index).Slot;
        ref var state = ref slots.States[slot];
        if (kind == LogRecordKind.StartTimes)
        {
            RareOf(slot, ref state).Starts.Add((timeMs, reader.I64()));
            return true;
        }
        var histogram = HistogramCodec.Read(ref reader);
        Note(timeMs);
        if (kind == LogRecordKind.LateHistograms || IsBehindCut(slot, timeMs, latestMs)) RareOf(slot, ref state).TryAddLate(new RareSample(timeMs, histogram.Sum, histogram, 0), out _);
        else if (timeMs > slots.NewestMs[slot])
        {
            if (state.OpenCount > 0 && !TrySeal(slot, ref state)) throw NoRoom();
            ApplyHistogram(slot, ref state, timeMs, histogram, 0);
        }
        return true;
    }

    /// <summary>Whether the sample was appended after others, which lay ahead of the clock, had been cut from its series: here they still stand.</summary>
    bool IsBehindCut(uint slot, long timeMs, long latestMs) => slots.NewestMs[slot] > latestMs && timeMs < slots.NewestMs[slot] && timeMs <= latestMs;

    static IOException NoRoom() => new("the disk is full: acknowledged samples in the log cannot be brought back; free some space and start again");

    void Note(long timeMs)
    {
        oldest = Math.Min(oldest, timeMs);
        newest = Math.Max(newest, timeMs);
    }

    void PutRun(ref SlotState state, ReadOnlySpan<byte> run)
    {
        state.OpenBytes = (ushort)run.Length;
        for (var last = 0u; !run.IsEmpty; state.LastPiece = last)
        {
            last = pieces.Add(last);
            if (state.FirstPiece == 0) state.FirstPiece = last;
            var part = Math.Min(PieceArena.ContentBytes, run.Length);
            run[..part].CopyTo(pieces.Content(last));
            run = run[part..];
        }
    }

    static void SaveRare(ByteWriter to, PartGuard guard, uint id, RareSamples samples, HeadView view)
    {
        SaveList(to, guard, id, GuardedKind.Histograms, samples.Histograms.FindAll(sample => view.SeesInOrder(sample.TimeMs)));
        SaveList(to, guard, id, GuardedKind.Late, samples.Late.FindAll(sample => view.SeesLate(sample)));
        var start = to.Length;
        to.Varint((ulong)samples.Starts.Count);
        foreach (var (fromMs, startMs) in samples.Starts)
        {
            to.I64(fromMs);
            to.I64(startMs);
        }
        guard.Add(id, GuardedKind.Starts, to.Written[start..]);
    }

    /// <summary>The guard sums up every <see cref="PartGuard.RangeSamples"/> of them.</summary>
    static void SaveList(ByteWriter to, PartGuard guard, uint id, GuardedKind kind, List<RareSample> samples)
    {
        var start = to.Length;
        to.Varint((ulong)samples.Count);
        for (var i = 0; i < samples.Count; i++)
        {
            if (i > 0 && i % PartGuard.RangeSamples == 0)
            {
                guard.Add(id, kind, to.Written[start..]);
                (start, kind) = (to.Length, kind | (GuardedKind)1);
            }
            to.I64(samples[i].TimeMs);
            to.F64(samples[i].Value);
            to.U8(samples[i].Histogram is null ? (byte)0 : (byte)1);
            if (samples[i].Histogram is { } histogram) HistogramCodec.Write(to, histogram);
        }
        guard.Add(id, kind, to.Written[start..]);
    }

    static RareSamples LoadRare(ref ByteReader from)
    {
        var samples = new RareSamples();
        LoadList(ref from, samples.Histograms);
        LoadList(ref from, samples.Late);
        LoadStarts(ref from, samples);
        return samples;
    }

    static void LoadList(ref ByteReader from, List<RareSample> samples)
    {
        var count = from.Count(from.Remaining / 17, "samples");
        for (var i = 0; i < count; i++) samples.Add(LoadOne(ref from));
    }

    static RareSample LoadOne(ref ByteReader from)
    {
        var timeMs = from.I64();
        var value = from.F64();
        return new RareSample(timeMs, value, from.U8() == 0 ? null : HistogramCodec.Read(ref from), 0);
    }

    static void LoadStarts(ref ByteReader from, RareSamples into)
    {
        var starts = from.Count(from.Remaining / 16, "start times");
        for (var i = 0; i < starts; i++) into.Starts.Add((from.I64(), from.I64()));
    }
}
