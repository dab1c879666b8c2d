using Pharos.Storage.Bytes;
using Pharos.Storage.Series.Index;
using Pharos.Storage.Wal;

namespace Pharos.Storage.Series.Head;

sealed partial class HeadShard
{
    /// <summary>Sequence number of the last record applied.</summary>
    public ulong Sequence
    {
        get
        {
            lock (gate) return sequence;
        }
    }

    /// <summary>Writes all open data that the view needs, as of one moment, for the checkpoint.</summary>
    public void Save(ByteWriter to, HeadView view)
    {
        lock (gate)
        {
            Span<byte> run = stackalloc byte[MaxOpenBytes];
            to.U64(sequence);
            to.I64(oldest);
            to.I64(newest);
            to.U32((uint)live);
            foreach (var slot in LiveSlots())
            {
                ref var state = ref slots.States[slot];
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
                if ((state.Flags & SlotFlags.Rare) != 0) SaveRare(to, rare[slot], view);
            }
        }
    }

    /// <summary>Restores what <see cref="Save"/> wrote. Series that the catalogue does not know are counted and left out.</summary>
    /// <exception cref="CorruptDataException">The bytes are not such a part; the shard is empty then.</exception>
    public int Load(ref ByteReader from, SeriesCatalogue catalogue)
    {
        var unknown = 0;
        sequence = from.U64();
        oldest = from.I64();
        newest = from.I64();
        var count = from.U32();
        for (var i = 0u; i < count; i++)
        {
            var index = catalogue.IndexOf(from.U32());
            var newestMs = from.I64();
            var newestValue = from.F64();
            var lastFrame = from.U64();
            var step = (int)from.U32();
            var flags = (SlotFlags)from.U8();
            var openCount = from.U8();
            var run = from.Take(from.U16());
            var others = (flags & SlotFlags.Rare) != 0 ? LoadRare(ref from) : null;
            if (index < 0)
            {
                unknown++;
                continue;
            }
            var slot = Attach(catalogue, (uint)index).Slot;
            ref var state = ref slots.States[slot];
            (slots.NewestMs[slot], slots.NewestValue[slot]) = (newestMs, newestValue);
            // A file that was dropped may give its number to a new one: an address that still names it would lead into frames of later times, and round.
            if (!frames.Holds(lastFrame)) lastFrame = 0;
            (state.LastFrame, state.StepMs, state.Flags, state.OpenCount) = (lastFrame, step, flags, openCount);
            PutRun(ref state, run);
            if (others is not null) rare[slot] = others;
        }
        return unknown;
    }

    /// <summary>Applies a record of the log unless the checkpoint has it already. Returns the samples whose series is unknown.</summary>
    public int Replay(LogRecordKind kind, ulong recordSequence, ReadOnlySpan<byte> payload, SeriesCatalogue catalogue)
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
                    else ReplayFloat(kind, Attach(catalogue, (uint)index).Slot, records.TimeMs, records.Value);
                }
                break;
            case LogRecordKind.Histograms:
            case LogRecordKind.LateHistograms:
            case LogRecordKind.StartTimes:
                if (!ReplayRare(kind, payload, catalogue)) unknown++;
                break;
            default:
                throw new CorruptDataException("log record", 0, "a known kind", $"kind {(int)kind}");
        }
        sequence = recordSequence;
        return unknown;
    }

    void ReplayFloat(LogRecordKind kind, uint slot, long timeMs, double value)
    {
        ref var state = ref slots.States[slot];
        Note(timeMs);
        if (kind == LogRecordKind.LateSamples)
        {
            RareOf(slot, ref state).TryAddLate(new RareSample(timeMs, value, null, 0), out _);
            return;
        }
        if (timeMs <= slots.NewestMs[slot]) return; // A failed commit was written twice.
        if (!EnsureRoom(slot, ref state, timeMs)) throw NoRoom();
        ApplyFloat(slot, ref state, timeMs, value);
    }

    bool ReplayRare(LogRecordKind kind, ReadOnlySpan<byte> payload, SeriesCatalogue catalogue)
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
        if (kind == LogRecordKind.LateHistograms) RareOf(slot, ref state).TryAddLate(new RareSample(timeMs, histogram.Sum, histogram, 0), out _);
        else if (timeMs > slots.NewestMs[slot])
        {
            if (state.OpenCount > 0 && !TrySeal(slot, ref state)) throw NoRoom();
            ApplyHistogram(slot, ref state, timeMs, histogram, 0);
        }
        return true;
    }

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

    static void SaveRare(ByteWriter to, RareSamples samples, HeadView view)
    {
        SaveList(to, samples.Histograms.FindAll(sample => view.SeesInOrder(sample.TimeMs)));
        SaveList(to, samples.Late.FindAll(sample => view.SeesLate(sample)));
        to.Varint((ulong)samples.Starts.Count);
        foreach (var (fromMs, startMs) in samples.Starts)
        {
            to.I64(fromMs);
            to.I64(startMs);
        }
    }

    static void SaveList(ByteWriter to, List<RareSample> samples)
    {
        to.Varint((ulong)samples.Count);
        foreach (var sample in samples)
        {
            to.I64(sample.TimeMs);
            to.F64(sample.Value);
            to.U8(sample.Histogram is null ? (byte)0 : (byte)1);
            if (sample.Histogram is { } histogram) HistogramCodec.Write(to, histogram);
        }
    }

    static RareSamples LoadRare(ref ByteReader from)
    {
        var samples = new RareSamples();
        LoadList(ref from, samples.Histograms);
        LoadList(ref from, samples.Late);
        var starts = from.Count(from.Remaining / 16, "start times");
        for (var i = 0; i < starts; i++) samples.Starts.Add((from.I64(), from.I64()));
        return samples;
    }

    static void LoadList(ref ByteReader from, List<RareSample> samples)
    {
        var count = from.Count(from.Remaining / 17, "samples");
        for (var i = 0; i < count; i++)
        {
            var timeMs = from.I64();
            var value = from.F64();
            samples.Add(new RareSample(timeMs, value, from.U8() == 0 ? null : HistogramCodec.Read(ref from), 0));
        }
    }
}
