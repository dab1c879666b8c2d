using Pharos.Server.Alerting.Dispatch;
using Pharos.Server.Notifying;

namespace Pharos.Server.Alerting.Delivery;

/// <summary>What one integration is told after a look at a group, as notifiers take it.</summary>
static class FlushNotification
{
    public static Notification Create(Flush flush, Notice notice, string externalUrl) => new()
    {
        Receiver = notice.Key.Receiver,
        Integration = notice.Integration.Kind.Name,
        Index = notice.Integration.Index,
        GroupKey = notice.Key.GroupKey,
        GroupLabels = notice.GroupLabels,
        RouteLabels = flush.Group.Route.Labels,
        Alerts = [.. notice.Alerts.Select(ToNotified)],
        ExternalUrl = externalUrl,
        Reason = notice.Reason!.Value,
        RepeatInterval = TimeSpan.FromMilliseconds(notice.RepeatMs),
        Now = DateTimeOffset.FromUnixTimeMilliseconds(flush.NowMs),
        State = notice.State,
    };

    static NotifiedAlert ToNotified(FlushedAlert flushed)
    {
        var alert = flushed.Known.Alert;
        DateTimeOffset? ends = flushed.IsResolved ? DateTimeOffset.FromUnixTimeMilliseconds(alert.EndsAtMs) : null;
        return new(alert.Labels, alert.Annotations, DateTimeOffset.FromUnixTimeMilliseconds(alert.StartsAtMs), ends, alert.GeneratorUrl, flushed.Known.FingerprintText);
    }
}
