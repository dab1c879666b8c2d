using Pharos.Model.Labels;

namespace Pharos.Server.Alerting;

/// <summary>One alert on its way to receivers: firing while <see cref="EndsAtMs"/> lies ahead, resolved once it has passed.</summary>
/// <param name="Labels">Tell it from others; with <c>alertname</c>.</param>
/// <param name="GeneratorUrl">Where a user sees what made it.</param>
sealed record Alert(LabelSet Labels, LabelSet Annotations, long StartsAtMs, long EndsAtMs, string GeneratorUrl);
