using Pharos.Model.Labels;

namespace Pharos.Server.Alerting.Dispatch;

/// <summary>An alert as it was last heard of. The labels are its identity.</summary>
/// <param name="Fingerprint">Over the labels; see <see cref="AlertFingerprint"/>.</param>
/// <param name="UpdatedAtMs">When it was last posted.</param>
/// <param name="HasTimeout">Whoever posted it gave no end, so the end is only a guess that a later post moves.</param>
sealed record KnownAlert(Alert Alert, ulong Fingerprint, long UpdatedAtMs, bool HasTimeout)
{
    public LabelSet Labels => Alert.Labels;

    public bool IsResolvedAt(long nowMs) => Alert.EndsAtMs <= nowMs;

    public string FingerprintText => AlertFingerprint.Text(Fingerprint);

    /// <summary>The same texts are kept once: an alert is posted again each minute, for days.</summary>
    static Alert Sharing(Alert posted, Alert old) => posted with
    {
        Labels = old.Labels,
        Annotations = posted.Annotations.Equals(old.Annotations) ? old.Annotations : posted.Annotations,
        GeneratorUrl = posted.GeneratorUrl == old.GeneratorUrl ? old.GeneratorUrl : posted.GeneratorUrl,
    };

    /// <summary>What is known after an alert of the same labels was posted again: one that overlaps goes on, any other begins anew.</summary>
    /// <remarks>An end that somebody gave holds against a later guess. Source: observed behaviour of Alertmanager 0.33, in the differential tests.</remarks>
    public static KnownAlert Merge(KnownAlert? old, KnownAlert posted)
    {
        if (old is null) return posted;
        posted = posted with { Alert = Sharing(posted.Alert, old.Alert) };
        var (a, b) = (old.Alert, posted.Alert);
        var endsInside = b.EndsAtMs > a.StartsAtMs && b.EndsAtMs < a.EndsAtMs;
        var startsInside = b.StartsAtMs > a.StartsAtMs && b.StartsAtMs < a.EndsAtMs;
        if (!endsInside && !startsInside) return posted;
        var isResolved = posted.IsResolvedAt(posted.UpdatedAtMs);
        var keepsEnd = isResolved ? old.IsResolvedAt(posted.UpdatedAtMs) && a.EndsAtMs > b.EndsAtMs : !old.HasTimeout && a.EndsAtMs > b.EndsAtMs;
        return posted with
        {
            Alert = b with { StartsAtMs = Math.Min(a.StartsAtMs, b.StartsAtMs), EndsAtMs = keepsEnd ? a.EndsAtMs : b.EndsAtMs },
        };
    }
}
