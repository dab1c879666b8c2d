using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Histograms;

/// <summary>Sum or mean of histograms, of a window or of a group. A mean whose sum overflows is carried on as a running mean.</summary>
sealed class HistogramTotal(bool isMean)
{
    HistogramSum? sum;
    HistogramSum? mean;
    double count;
    bool sawReset;
    bool sawNotReset;

    /// <summary>Some of the histograms say that their counter was reset, some that it was not.</summary>
    public bool HasResetCollision => sawReset && sawNotReset;

    public bool HasReconciledBounds { get; private set; }

    /// <summary>False when the bucket kinds do not fit together; the total is then worthless.</summary>
    public bool Add(FloatHistogram histogram)
    {
        sawReset |= histogram.Hint == CounterResetHint.Reset;
        sawNotReset |= histogram.Hint == CounterResetHint.NotReset;
        count++;
        if (sum is null)
        {
            sum = new(histogram);
            return true;
        }
        if (!isMean) return Note(sum.Add(histogram));
        if (mean is null)
        {
            var next = sum.Copy();
            if (!Note(next.Add(histogram))) return false;
            if (!next.HasInfinity())
            {
                sum = next;
                return true;
            }
            mean = sum.Copy();
            mean.Divide(count - 1);
        }
        mean.Scale((count - 1) / count);
        var part = new HistogramSum(histogram);
        part.Divide(count);
        return Note(mean.Add(part));
    }

    public FloatHistogram Result()
    {
        if (mean is not null) return mean.ToHistogram();
        if (isMean) sum!.Divide(count);
        return sum!.ToHistogram();
    }

    bool Note(HistogramOutcome outcome)
    {
        HasReconciledBounds |= outcome.HasFlag(HistogramOutcome.BoundsReconciled);
        return !outcome.HasFlag(HistogramOutcome.Incompatible);
    }
}
