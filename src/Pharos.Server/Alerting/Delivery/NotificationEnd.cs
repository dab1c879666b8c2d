namespace Pharos.Server.Alerting.Delivery;

/// <summary>How the notification of one integration ended, after all its attempts.</summary>
/// <param name="Integration"><c>slack[0]</c></param>
/// <param name="Reason">Why the service did not take it, without secrets; "" when it did.</param>
sealed record NotificationEnd(string Receiver, string Integration, bool IsTaken, string Reason, long AtMs);
