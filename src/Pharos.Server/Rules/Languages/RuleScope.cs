using Pharos.Model.Reading;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;

namespace Pharos.Server.Rules.Languages;

/// <summary>What expressions of all languages are evaluated over and with; each takes from it what it needs.</summary>
/// <param name="Limits">Of one evaluation.</param>
sealed record RuleScope(ISeriesSource Series, PromQlEngine PromQl, QueryLimits Limits);
