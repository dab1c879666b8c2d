using Pharos.Query.GoTemplate;

namespace Pharos.Server.Rules.Templates;

/// <summary>What the functions of a rule's template work on.</summary>
/// <param name="EvaluationMs">When the rule is evaluated: <c>now</c>, and the time of every <c>query</c>.</param>
/// <param name="ExternalUrl">Own address as users reach it; "" when there is none.</param>
/// <param name="Query">Evaluates PromQL at that time; refuses it by <see cref="TemplateFunctionException"/>.</param>
sealed record RuleTemplateHost(long EvaluationMs, string ExternalUrl, Func<string, long, CancellationToken, IReadOnlyList<TemplateSample>> Query);
