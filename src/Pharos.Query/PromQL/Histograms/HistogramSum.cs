using Pharos.Model.Samples;
using Pharos.Query.PromQL.Numbers;

namespace Pharos.Query.PromQL.Histograms;

/// <summary>What adding one histogram to another found out.</summary>
[Flags]
enum HistogramOutcome
{
    Fine = 0,

    /// <summary>One side says "counter was reset", the other "was not": the sum can say neither.</summary>
    ResetCollision = 1,

    /// <summary>Custom bounds differed; the sum has those that both have.</summary>
    BoundsReconciled = 2,

    /// <summary>One side has exponential, the other custom buckets: nothing was added.</summary>
    Incompatible = 4,
}

/// <summary>A native histogram that is being computed with: sums, differences and means with their lost digits (Kahan).</summary>
/// <remarks>Different schemas meet at the coarser, different zero buckets at the wider, different custom bounds at their intersection.</remarks>
sealed class HistogramSum
{
    int schema;
    double zeroThreshold;
    double[] custom;
    CounterResetHint hint;
    Kahan zero;
    Kahan count;
    Kahan sum;
    BucketList positive;
    BucketList negative;

    public HistogramSum(FloatHistogram start)
    {
        schema = start.Schema;
        zeroThreshold = start.ZeroThreshold;
        custom = start.CustomValues;
        hint = start.Hint;
        zero.Sum = start.ZeroCount;
        count.Sum = start.Count;
        sum.Sum = start.Sum;
        positive = BucketList.Of(start.PositiveSpans, start.PositiveBuckets);
        negative = BucketList.Of(start.NegativeSpans, start.NegativeBuckets);
    }

    HistogramSum(HistogramSum other)
    {
        (schema, zeroThreshold, custom, hint, zero, count, sum) = (other.schema, other.zeroThreshold, other.custom, other.hint, other.zero, other.count, other.sum);
        positive = other.positive.Copy();
        negative = other.negative.Copy();
    }

    public double Count => count.Total;

    public HistogramSum Copy() => new(this);

    /// <summary>An empty histogram of the same layout.</summary>
    public static FloatHistogram EmptyLike(FloatHistogram layout) => new() { Schema = layout.Schema, CustomValues = layout.CustomValues };

    public HistogramOutcome Add(FloatHistogram other) => Combine(new HistogramSum(other), 1);

    public HistogramOutcome Subtract(FloatHistogram other) => Combine(new HistogramSum(other), -1);

    public HistogramOutcome Add(HistogramSum other) => Combine(other.Copy(), 1);

    public void Scale(double factor)
    {
        if (factor < 0) hint = CounterResetHint.Gauge; // What shrinks is no counter.
        zero.Scale(factor);
        count.Scale(factor);
        sum.Scale(factor);
        positive.Scale(factor);
        negative.Scale(factor);
    }

    public void Divide(double divisor)
    {
        if (divisor < 0) hint = CounterResetHint.Gauge;
        zero.Divide(divisor);
        count.Divide(divisor);
        sum.Divide(divisor);
        if (divisor == 0)
        {
            positive.Clear(); // x/0 is infinite or NaN in every bucket: only the totals say something.
            negative.Clear();
            return;
        }
        positive.Divide(divisor);
        negative.Divide(divisor);
    }

    public void SetHint(CounterResetHint value) => hint = value;

    public void ReduceTo(int coarserSchema)
    {
        if (coarserSchema >= schema || schema == FloatHistogram.CustomBucketsSchema) return;
        var from = schema;
        positive = positive.Map(index => BucketBounds.Coarser(index, from, coarserSchema));
        negative = negative.Map(index => BucketBounds.Coarser(index, from, coarserSchema));
        schema = coarserSchema;
    }

    public bool HasInfinity() => double.IsInfinity(zero.Sum) || double.IsInfinity(count.Sum) || double.IsInfinity(sum.Sum) || positive.HasInfinity() || negative.HasInfinity();

    public FloatHistogram ToHistogram()
    {
        var (positiveSpans, positiveCounts) = positive.ToSpans();
        var (negativeSpans, negativeCounts) = negative.ToSpans();
        return new()
        {
            Schema = schema,
            ZeroThreshold = zeroThreshold,
            ZeroCount = zero.FiniteTotal,
            Count = count.FiniteTotal,
            Sum = sum.FiniteTotal,
            Hint = hint,
            CustomValues = custom,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positiveCounts,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negativeCounts,
        };
    }

    HistogramOutcome Combine(HistogramSum other, double sign)
    {
        var isCustom = schema == FloatHistogram.CustomBucketsSchema;
        if (isCustom != (other.schema == FloatHistogram.CustomBucketsSchema)) return HistogramOutcome.Incompatible;
        var outcome = CombineHints(other.hint);
        if (isCustom)
        {
            if (!custom.AsSpan().SequenceEqual(other.custom))
            {
                Reconcile(other);
                outcome |= HistogramOutcome.BoundsReconciled;
            }
        }
        else
        {
            while (zeroThreshold != other.zeroThreshold)
            {
                if (zeroThreshold > other.zeroThreshold) other.WidenZeroBucket(zeroThreshold);
                else WidenZeroBucket(other.zeroThreshold);
            }
            ReduceTo(other.schema);
            other.ReduceTo(schema);
        }
        AddTo(ref zero, other.zero, sign);
        AddTo(ref count, other.count, sign);
        AddTo(ref sum, other.sum, sign);
        positive.Merge(other.positive, sign);
        negative.Merge(other.negative, sign);
        return outcome;
    }

    static void AddTo(ref Kahan into, Kahan other, double sign)
    {
        into.Add(sign * other.Sum);
        if (other.Lost != 0) into.Add(sign * other.Lost);
    }

    HistogramOutcome CombineHints(CounterResetHint other)
    {
        if (hint == other || hint == CounterResetHint.Gauge) return HistogramOutcome.Fine;
        if (other == CounterResetHint.Gauge)
        {
            hint = CounterResetHint.Gauge;
            return HistogramOutcome.Fine;
        }
        var collides = hint != CounterResetHint.Unknown && other != CounterResetHint.Unknown;
        hint = CounterResetHint.Unknown;
        return collides ? HistogramOutcome.ResetCollision : HistogramOutcome.Fine;
    }

    void Reconcile(HistogramSum other)
    {
        var shared = CustomBounds.Intersect(custom, other.custom);
        positive = positive.Map(CustomBounds.Mapping(custom, shared));
        other.positive = other.positive.Map(CustomBounds.Mapping(other.custom, shared));
        custom = shared;
    }

    /// <summary>Moves buckets inside the threshold into the zero bucket; a populated bucket that the threshold cuts moves it further out.</summary>
    void WidenZeroBucket(double threshold)
    {
        var (inPositive, inNegative, reached) = ZeroBucket.Covered(positive, negative, schema, threshold);
        for (var i = 0; i < inPositive; i++) zero.Add(positive[i]);
        for (var i = 0; i < inNegative; i++) zero.Add(negative[i]);
        positive.RemoveFirst(inPositive);
        negative.RemoveFirst(inNegative);
        zeroThreshold = reached;
    }
}
