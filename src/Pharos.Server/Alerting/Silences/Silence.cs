using Pharos.Model.Labels;

namespace Pharos.Server.Alerting.Silences;

enum SilenceState
{
    Active,
    Pending,
    Expired,
}

/// <summary>From start to end, alerts that all matchers match are not notified.</summary>
/// <param name="Id">A UUID; "" when it is not kept yet.</param>
/// <param name="EndsAtMs">Exclusive.</param>
sealed record Silence(string Id, IReadOnlyList<LabelMatcher> Matchers, long StartsAtMs, long EndsAtMs, long UpdatedAtMs, string CreatedBy, string Comment, LabelSet Annotations)
{
    public SilenceState StateAt(long nowMs) => nowMs < StartsAtMs ? SilenceState.Pending : nowMs < EndsAtMs ? SilenceState.Active : SilenceState.Expired;
}
