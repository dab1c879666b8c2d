using Pharos.Model.Samples;

namespace Pharos.Query.PromQL.Histograms;

/// <summary>Tells whether a native histogram of a counter started anew since the one before.</summary>
static class CounterResets
{
    /// <summary>The hint decides when it says so; else any count that fell, or a layout that a living counter cannot change to, is a reset.</summary>
    public static bool IsReset(FloatHistogram current, FloatHistogram previous)
    {
        if (current.Hint == CounterResetHint.Reset) return true;
        if (current.Hint == CounterResetHint.NotReset) return false;
        if (current.Count < previous.Count) return true;
        if (current.IsCustom != previous.IsCustom) return true;
        var now = BucketList.Of(current.PositiveSpans, current.PositiveBuckets);
        var before = BucketList.Of(previous.PositiveSpans, previous.PositiveBuckets);
        if (current.IsCustom)
        {
            if (!current.CustomValues.AsSpan().SequenceEqual(previous.CustomValues))
            {
                var shared = CustomBounds.Intersect(current.CustomValues, previous.CustomValues);
                now = now.Map(CustomBounds.Mapping(current.CustomValues, shared));
                before = before.Map(CustomBounds.Mapping(previous.CustomValues, shared));
            }
            return Fell(now, before);
        }
        if (current.Schema > previous.Schema || current.ZeroThreshold < previous.ZeroThreshold) return true;
        var beforeNegative = BucketList.Of(previous.NegativeSpans, previous.NegativeBuckets);
        var (inPositive, inNegative, threshold) = ZeroBucket.Covered(before, beforeNegative, previous.Schema, current.ZeroThreshold);
        if (current.ZeroThreshold != previous.ZeroThreshold)
        {
            if (threshold != current.ZeroThreshold) return true; // The new threshold cuts a populated bucket: no living counter does that.
            var zero = previous.ZeroCount;
            for (var i = 0; i < inPositive; i++) zero += before[i];
            for (var i = 0; i < inNegative; i++) zero += beforeNegative[i];
            if (current.ZeroCount < zero) return true;
            before.RemoveFirst(inPositive);
            beforeNegative.RemoveFirst(inNegative);
        }
        else if (current.ZeroCount < previous.ZeroCount)
        {
            return true;
        }
        if (current.Schema != previous.Schema)
        {
            before = before.Map(index => BucketBounds.Coarser(index, previous.Schema, current.Schema));
            beforeNegative = beforeNegative.Map(index => BucketBounds.Coarser(index, previous.Schema, current.Schema));
        }
        return Fell(now, before) || Fell(BucketList.Of(current.NegativeSpans, current.NegativeBuckets), beforeNegative);
    }

    static bool Fell(BucketList now, BucketList before)
    {
        var at = 0;
        for (var i = 0; i < before.Count; i++)
        {
            while (at < now.Count && now.Index(at) < before.Index(i)) at++;
            var count = at < now.Count && now.Index(at) == before.Index(i) ? now[at] : 0;
            if (count < before[i]) return true;
        }
        return false;
    }
}
