namespace Pharos.AspNetCore.CriticalAlerts;

/// <summary>Tells people at once of what the application itself knows to be wrong. From the container; safe from any thread.</summary>
public interface ICriticalAlerts
{
    /// <summary>Sends an alert to every destination that is set up: Alertmanager (Pharos), Slack, PagerDuty.</summary>
    /// <remarks>
    /// <para>Waits until the destinations have answered, five seconds at most; each is tried once. Never throws: a failure is logged.</para>
    /// <para>The same title with the same severity goes out once in <see cref="CriticalAlertOptions.RepeatAfter"/>, and no more than
    /// <see cref="CriticalAlertOptions.MaxPerMinute"/> altogether; the next one that passes tells how many were held back.</para>
    /// </remarks>
    /// <param name="title">One line, always the same for the same trouble. It becomes <c>alertname</c>.</param>
    /// <param name="message">What happened this time. Secrets in it are masked.</param>
    /// <param name="severity">Decides colour, channel, and whether somebody is paged.</param>
    /// <param name="details">Further facts, each with its name. Secrets are masked by name and in texts.</param>
    /// <param name="cancellationToken">Stops waiting; what is on its way may still arrive.</param>
    /// <returns>Whether at least one destination took it.</returns>
    Task<bool> RaiseAsync(string title, string message, AlertSeverity severity = AlertSeverity.Critical, IReadOnlyDictionary<string, string>? details = null, CancellationToken cancellationToken = default);
}
