using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Query.PromQL;
using Pharos.Server.Rules.Languages;
using Pharos.Server.Series;

namespace Pharos.Server.Rules;

/// <summary>Writes the result of an expression as series of another name.</summary>
sealed class RecordingRule : IRule
{
    readonly RuleEvaluator evaluator;
    readonly SeriesWriter output;
    readonly RuleExpression expression;
    readonly (byte[] Name, byte[] Value)[] labels;

    public RecordingRule(RuleConfig config, RuleExpression expression, LabelSet groupLabels, RuleEvaluator evaluator)
    {
        Config = config;
        this.evaluator = evaluator;
        this.expression = expression;
        output = new(evaluator.Sink);
        var own = config.LabelsOver(groupLabels);
        labels =
        [
            ("__name__"u8.ToArray(), Encoding.UTF8.GetBytes(config.Record)),
            .. own.Select(label => (Encoding.UTF8.GetBytes(label.Name), Encoding.UTF8.GetBytes(label.Value))),
        ];
        Snapshot = new() { IsAlerting = false, Name = config.Record, Query = expression.Text, Labels = LabelSet.From(own) };
    }

    public RuleConfig Config { get; }

    public RuleSnapshot Snapshot { get; private set; }

    public int Evaluate(long nowMs, long queryOffsetMs, int limit, CancellationToken cancellation)
    {
        var sampleMs = nowMs - queryOffsetMs;
        using var result = evaluator.Evaluate(expression, sampleMs, cancellation);
        RuleSeries.ThrowIfRefused(output.Write(sampleMs, () => Add(result, sampleMs, limit)));
        return result.SeriesCount;
    }

    public void Finish(long nowMs, TimeSpan duration, string error) => Snapshot = Snapshot with
    {
        Health = error.Length == 0 ? RuleHealth.Ok : RuleHealth.Err,
        LastError = error,
        LastEvaluationMs = nowMs,
        EvaluationSeconds = duration.TotalSeconds,
    };

    public void Inherit(IRule from)
    {
        if (from is RecordingRule before) output.Inherit(before.output);
    }

    public void MarkStale(long nowMs) => output.MarkStale(nowMs);

    void Add(QueryResult result, long sampleMs, int limit)
    {
        for (var i = 0; i < result.SeriesCount; i++)
        {
            AddLabels(result.Symbols, result.Pairs(i));
            var histogram = result.Histograms(i) is [{ } present, ..] ? present : null;
            if (!RuleSeries.Add(output, sampleMs, result.Values(i)[0], histogram))
            {
                throw new RuleEvaluationException("vector contains metrics with the same labelset after applying rule labels");
            }
        }
        if (limit > 0 && result.SeriesCount > limit) throw new RuleEvaluationException($"exceeded limit of {limit} with {result.SeriesCount} series");
    }

    /// <summary>The result's labels under those of the rule; an empty label of the rule removes one.</summary>
    void AddLabels(ILabelSymbols symbols, ReadOnlySpan<int> pairs)
    {
        output.Labels.Clear();
        foreach (var (name, value) in labels) output.Labels.Add(name, value);
        foreach (var pair in pairs)
        {
            if (!IsOverridden(symbols.NameUtf8(pair))) output.Labels.Add(symbols.NameUtf8(pair), symbols.ValueUtf8(pair));
        }
    }

    bool IsOverridden(ReadOnlySpan<byte> name)
    {
        foreach (var (own, _) in labels)
        {
            if (name.SequenceEqual(own)) return true;
        }
        return false;
    }
}
