namespace Pharos.Server.Notifying;

/// <summary>Brings one notification to one service: one request as that service documents it.</summary>
/// <remarks>
/// <para>Retrying, back-off and the deadline are the caller's; whether a retry makes sense is told by the result.</para>
/// <para>Errors: what the service answered is a <see cref="NotifyResult"/>. <see cref="Config.SecretUnavailableException"/>, network and time-out
/// exceptions may fly: the caller makes a failed or repeatable attempt of them.</para>
/// <para>Threads: several groups may notify at once. Disposable notifiers are disposed when the configuration that made them is replaced.</para>
/// </remarks>
interface INotifier
{
    ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation);
}
