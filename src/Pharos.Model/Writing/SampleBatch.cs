using Pharos.Model.Samples;

namespace Pharos.Model.Writing;

/// <summary>What became of one sample.</summary>
public enum AppendStatus : byte
{
    Stored,

    /// <summary>Same time and same value as the newest: nothing to do, not an error.</summary>
    DuplicateSame,

    /// <summary>Same time as a stored sample, another value: the first stays.</summary>
    DuplicateOther,

    /// <summary>Older than the newest sample by more than the out-of-order window, or before the first year.</summary>
    TooOld,

    /// <summary>Further ahead of the store's clock than clocks differ: stored, it would make the series' own samples late until that time comes.</summary>
    TooNew,

    /// <summary>Older than the newest sample, while out-of-order samples are not accepted.</summary>
    OutOfOrder,

    /// <summary>The handle's slot belongs to another series by now: resolve the labels again.</summary>
    Gone,

    /// <summary>The store is at a limit (series, memory, disk) or read-only; the outcome's reason says which.</summary>
    Refused,
}

/// <summary>Samples on their way into the store, in arrival order, as columns. Used again and again by one producer.</summary>
/// <remarks>A series may occur several times. Times are ms since the epoch.</remarks>
public sealed class SampleBatch
{
    public int Count { get; private set; }

    public SeriesHandle[] Handles { get; private set; } = new SeriesHandle[256];

    public long[] TimesMs { get; private set; } = new long[256];

    public double[] Values { get; private set; } = new double[256];

    /// <summary>Set by the store for each sample.</summary>
    public AppendStatus[] Status { get; private set; } = new AppendStatus[256];

    /// <summary>Histogram samples by index; null while the batch has none. The float beside one is ignored.</summary>
    public Dictionary<int, FloatHistogram>? Histograms { get; private set; }

    /// <summary>Start times by index, of samples that have one.</summary>
    public Dictionary<int, long>? StartTimesMs { get; private set; }

    public void Clear()
    {
        Count = 0;
        Histograms?.Clear();
        StartTimesMs?.Clear();
    }

    public void Add(SeriesHandle handle, long timeMs, double value)
    {
        if (Count == Handles.Length) Grow();
        Handles[Count] = handle;
        TimesMs[Count] = timeMs;
        Values[Count++] = value;
    }

    public void Add(SeriesHandle handle, long timeMs, FloatHistogram histogram)
    {
        (Histograms ??= []).Add(Count, histogram);
        Add(handle, timeMs, histogram.Sum);
    }

    /// <summary>Gives the sample added last its start time.</summary>
    public void SetStartTime(long startMs) => (StartTimesMs ??= [])[Count - 1] = startMs;

    void Grow()
    {
        var size = Count * 2;
        var handles = Handles;
        var times = TimesMs;
        var values = Values;
        var status = Status;
        Array.Resize(ref handles, size);
        Array.Resize(ref times, size);
        Array.Resize(ref values, size);
        Array.Resize(ref status, size);
        (Handles, TimesMs, Values, Status) = (handles, times, values, status);
    }
}
