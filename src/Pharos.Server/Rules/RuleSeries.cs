using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Model.Writing;
using Pharos.Server.Series;

namespace Pharos.Server.Rules;

/// <summary>What rules of both kinds share when they write.</summary>
static class RuleSeries
{
    /// <returns>False: that series was added before.</returns>
    /// <exception cref="RuleEvaluationException">The store refuses the series; the message says why.</exception>
    public static bool Add(SeriesWriter output, long timeMs, double value, FloatHistogram? histogram) =>
        Taken(output.TryAdd(timeMs, value, histogram, out var refusal), refusal);

    /// <inheritdoc cref="Add(SeriesWriter, long, double, FloatHistogram?)"/>
    public static bool Add(SeriesWriter output, LabelSet labels, long timeMs, double value) =>
        Taken(output.TryAdd(labels, timeMs, value, out var refusal), refusal);

    /// <exception cref="RuleEvaluationException">The store did not take all samples, for a reason other than their time.</exception>
    public static void ThrowIfRefused(AppendOutcome outcome)
    {
        if (outcome.Refused > 0) throw new RuleEvaluationException($"{outcome.Refused} samples were refused by the store: {outcome.Reason}");
    }

    static bool Taken(bool isNew, string? refusal) => refusal is null ? isNew : throw new RuleEvaluationException(refusal);
}
