using System.Runtime.CompilerServices;
using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Head;

sealed partial class HeadShard
{
    /// <summary>How a series' newest sample lies to a range.</summary>
    public enum NewestFound
    {
        /// <summary>The head cannot tell from the newest sample alone: read.</summary>
        Unknown,

        /// <summary>The newest sample is a float in the range, and the answer.</summary>
        Sample,

        /// <summary>The series has no sample after the range's start.</summary>
        None,
    }

    /// <summary>Answers from the newest arrays when that is enough.</summary>
    public NewestFound FindNewest(uint slot, uint id, long afterMs, long throughMs, out long timeMs, out double value)
    {
        lock (gate)
        {
            ref var state = ref slots.States[slot];
            timeMs = slots.NewestMs[slot];
            value = slots.NewestValue[slot];
            if (state.Id != id || (state.Flags & SlotFlags.Live) == 0 || timeMs == long.MinValue || timeMs > throughMs) return NewestFound.Unknown;
            if ((state.Flags & (SlotFlags.Rare | SlotFlags.NewestIsHistogram)) != 0) return NewestFound.Unknown; // Late samples may be all there is, or a histogram the newest.
            return timeMs > afterMs ? NewestFound.Sample : NewestFound.None;
        }
    }

    /// <summary>Adds the series' samples of (afterMs, throughMs] as parts of their own. Nothing when the slot is another's by now.</summary>
    [SkipLocalsInit]
    public void Read(uint slot, uint id, HeadView view, long afterMs, long throughMs, SampleColumns into)
    {
        Span<byte> run = stackalloc byte[MaxOpenBytes];
        int openCount;
        ulong address;
        RareSamples? others = null;
        lock (gate)
        {
            ref var state = ref slots.States[slot];
            if (state.Id != id || (state.Flags & SlotFlags.Live) == 0) return;
            openCount = state.OpenCount;
            address = state.LastFrame;
            run = run[..CopyRun(in state, run)];
            if ((state.Flags & SlotFlags.Rare) != 0) others = Copy(rare[slot]);
        }
        var inOrderAfterMs = Math.Max(afterMs, view.FromMs == long.MinValue ? long.MinValue : view.FromMs - 1);
        var first = into.Count;
        into.BeginPart();
        var runFromMs = openCount > 0 ? RunCodec.FirstMs(run) : long.MaxValue;
        ReadFrames(address, id, runFromMs, inOrderAfterMs, throughMs, into);
        if (openCount > 0) DecodeRun(run, openCount, inOrderAfterMs, throughMs, into);
        if (others is not null) AddOthers(others, view, afterMs, inOrderAfterMs, throughMs, first, into);
    }

    /// <summary>Frames are linked from the newest back; they are decoded from the oldest on. The place of a damaged one takes the next sound one before it.</summary>
    /// <param name="beforeMs">What the series has from this time on is read elsewhere.</param>
    [SkipLocalsInit]
    void ReadFrames(ulong newestFrame, uint id, long beforeMs, long afterMs, long throughMs, SampleColumns into)
    {
        Span<ulong> buffer = stackalloc ulong[64];
        var chain = new ValueList(buffer);
        for (var address = newestFrame; address != 0;)
        {
            if (!frames.TryRead(address, id, out var frame))
            {
                address = frames.Before(address, id, beforeMs);
                continue;
            }
            if (frame.LastMs <= afterMs) break;
            if (frame.LastMs < beforeMs)
            {
                if (frame.FirstMs <= throughMs) chain.Add(address);
                beforeMs = frame.FirstMs;
            }
            address = frame.Previous;
        }
        for (var i = chain.Count - 1; i >= 0; i--)
        {
            if (frames.TryRead(chain[i], id, out var frame)) DecodeFrame(frame, afterMs, throughMs, into);
        }
    }

    static void DecodeFrame(FrameStore.Frame frame, long afterMs, long throughMs, SampleColumns into)
    {
        into.Reserve(frame.Count, out var times, out var values);
        FrameCodec.Decode(frame.Coded, times, values);
        CommitRange(times, values, afterMs, throughMs, into);
    }

    static void DecodeRun(ReadOnlySpan<byte> run, int count, long afterMs, long throughMs, SampleColumns into)
    {
        into.Reserve(count, out var times, out var values);
        count = RunCodec.Decode(run, count, times, values);
        CommitRange(times[..count], values[..count], afterMs, throughMs, into);
    }

    static void CommitRange(Span<long> times, Span<double> values, long afterMs, long throughMs, SampleColumns into)
    {
        var (from, until) = (0, times.Length);
        while (from < until && times[from] <= afterMs) from++;
        while (until > from && times[until - 1] > throughMs) until--;
        if (from > 0)
        {
            times[from..until].CopyTo(times);
            values[from..until].CopyTo(values);
        }
        into.Commit(until - from);
    }

    static void AddOthers(RareSamples others, HeadView view, long afterMs, long inOrderAfterMs, long throughMs, int first, SampleColumns into)
    {
        into.BeginPart();
        foreach (var sample in others.Histograms)
        {
            if (sample.TimeMs > inOrderAfterMs && sample.TimeMs <= throughMs) into.Add(sample.TimeMs, sample.Histogram!);
        }
        if (others.Starts.Count > 0) into.SetStartTimes(first, others.Starts);
        into.BeginPart();
        foreach (var sample in others.Late)
        {
            if (sample.TimeMs <= afterMs || sample.TimeMs > throughMs || !view.SeesLate(sample)) continue;
            if (sample.Histogram is { } histogram) into.Add(sample.TimeMs, histogram);
            else into.Add(sample.TimeMs, sample.Value);
        }
    }

    static RareSamples Copy(RareSamples source)
    {
        var copy = new RareSamples();
        copy.Histograms.AddRange(source.Histograms);
        copy.Starts.AddRange(source.Starts);
        copy.Late.AddRange(source.Late);
        return copy;
    }

    /// <summary>A list that starts on the stack.</summary>
    ref struct ValueList(Span<ulong> buffer)
    {
        Span<ulong> items = buffer;

        public int Count { get; private set; }

        public readonly ulong this[int index] => items[index];

        public void Add(ulong item)
        {
            if (Count == items.Length)
            {
                var larger = new ulong[Count * 2];
                items.CopyTo(larger);
                items = larger;
            }
            items[Count++] = item;
        }
    }
}
