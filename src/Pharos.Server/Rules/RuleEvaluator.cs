using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Writing;
using Pharos.Query.GoTemplate;
using Pharos.Query.PromQL;
using Pharos.Server.Rules.Languages;
using Pharos.Server.Rules.Templates;

namespace Pharos.Server.Rules;

/// <summary>What all rules of a server evaluate with: the store, the engines, and how the server is known outside.</summary>
/// <remarks>Threads: safe for all, as its parts are.</remarks>
sealed class RuleEvaluator(RuleScope scope, ISeriesSink sink, RuleSettings settings, TimeProvider time)
{
    public ISeriesSource Source => scope.Series;

    public ISeriesSink Sink => sink;

    public RuleSettings Settings => settings;

    public TimeProvider Time => time;

    /// <inheritdoc cref="RuleQuery"/>
    public QueryResult Evaluate(RuleExpression expression, long atMs, CancellationToken cancellation) => expression.Evaluate(scope, atMs, cancellation);

    /// <summary>The run of one template at that time.</summary>
    public RuleTemplateHost TemplateHost(long evaluationMs) => new(evaluationMs, settings.ExternalUrl, QueryForTemplate);

    /// <summary>The value of a result as templates see it.</summary>
    public static TemplateValue TemplateValueOf(QueryResult result, int series) =>
        result.Histograms(series) is [{ } histogram, ..] ? HistogramValue.From(histogram) : TemplateValue.From(result.Values(series)[0]);

    IReadOnlyList<TemplateSample> QueryForTemplate(string expression, long atMs, CancellationToken cancellation)
    {
        try
        {
            using var result = Evaluate(RuleLanguageCatalogue.Default.Read(expression), atMs, cancellation);
            var samples = new TemplateSample[result.SeriesCount];
            for (var i = 0; i < samples.Length; i++) samples[i] = new(result.LabelsOf(i), TemplateValueOf(result, i));
            return samples;
        }
        catch (RuleEvaluationException error)
        {
            throw new TemplateFunctionException(error.Message);
        }
    }
}

/// <summary>What rules are told of the server and its configuration.</summary>
sealed record RuleSettings
{
    /// <summary>The own address as users reach it, without a slash at the end.</summary>
    public string ExternalUrl { get; init; } = "http://localhost:9090";

    public LabelSet ExternalLabels { get; init; } = LabelSet.Empty;

    public TimeSpan ResendDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far before a restart the state of alerts is looked for.</summary>
    public TimeSpan OutageTolerance { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The shortest time that a restored alert has to be seen again before it fires.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromMinutes(10);
}
