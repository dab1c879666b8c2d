using Pharos.Model.Samples;

namespace Pharos.Storage.Series.Head;

/// <summary>A sample that is not an in-order float.</summary>
/// <param name="Epoch">The flush before which it arrived; only late samples need it.</param>
readonly record struct RareSample(long TimeMs, double Value, FloatHistogram? Histogram, int Epoch);

/// <summary>What few series have: histograms, start times, samples that came late. Managed, under the shard's lock.</summary>
sealed class RareSamples
{
    /// <summary>In order of time; the float lane of the series has none at these times.</summary>
    public List<RareSample> Histograms { get; } = [];

    /// <summary>From this sample time on, the counter's start time is that (0: unknown). A sample without one keeps the last.</summary>
    public List<(long FromMs, long StartMs)> Starts { get; } = [];

    /// <summary>Sorted by time, one a time. In-order samples win at equal times.</summary>
    public List<RareSample> Late { get; } = [];

    public bool IsEmpty => Histograms.Count == 0 && Starts.Count == 0 && Late.Count == 0;

    /// <summary>Adds a late sample; false with the one that stands there already.</summary>
    public bool TryAddLate(RareSample sample, out RareSample existing)
    {
        var at = Late.BinarySearch(sample, ByTime.Instance);
        existing = at >= 0 ? Late[at] : default;
        if (at >= 0) return false;
        Late.Insert(~at, sample);
        return true;
    }

    /// <summary>Start time that the next sample has unless it brings its own.</summary>
    public long StartInForceMs => Starts.Count == 0 ? 0 : Starts[^1].StartMs;

    /// <summary>Drops what no view sees any more.</summary>
    public void Trim(HeadView oldest)
    {
        Histograms.RemoveAll(sample => !oldest.SeesInOrder(sample.TimeMs));
        Late.RemoveAll(sample => !oldest.SeesLate(sample));
        var inForce = Starts.FindLastIndex(start => start.FromMs <= oldest.FromMs);
        if (inForce > 0) Starts.RemoveRange(0, inForce);
        if (Starts is [{ StartMs: 0 }]) Starts.Clear();
    }

    sealed class ByTime : IComparer<RareSample>
    {
        public static readonly ByTime Instance = new();

        public int Compare(RareSample x, RareSample y) => x.TimeMs.CompareTo(y.TimeMs);
    }
}
