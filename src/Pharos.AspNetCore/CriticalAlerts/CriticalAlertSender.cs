using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Redaction;

namespace Pharos.AspNetCore.CriticalAlerts;

/// <summary>Sends alerts to all destinations at once.</summary>
sealed partial class CriticalAlertSender : ICriticalAlerts, IDisposable
{
    const int MaxDetails = 32;
    const int MaxLength = 8_192;
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    readonly CriticalAlertOptions options;
    readonly PharosOptions service;
    readonly Redactor redactor;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly AlertThrottle throttle;
    // No propagation: what is said about the application is no part of its traces.
    readonly HttpClient client = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) });

    public CriticalAlertSender(PharosOptions service, Redactor redactor, TimeProvider time, ILogger<CriticalAlertSender> logger)
    {
        (options, this.service, this.redactor, this.time, this.logger) = (service.CriticalAlerts, service, redactor, time, logger);
        throttle = new AlertThrottle(options, time);
    }

    public async Task<bool> RaiseAsync(string title, string message, AlertSeverity severity = AlertSeverity.Critical, IReadOnlyDictionary<string, string>? details = null, CancellationToken cancellationToken = default)
    {
        try
        {
            var name = Clean(title);
            if (!throttle.TryPass(name, severity, out var heldBack))
            {
                HeldBack(logger, name);
                return false;
            }
            var alert = new CriticalAlert(name, Clean(message), severity, Clean(details), service.ServiceName, service.Environment, time.GetUtcNow(), heldBack);
            var isTaken = await SendAsync(alert, cancellationToken);
            if (!isTaken) throttle.Forget(name, severity);
            return isTaken;
        }
        catch (Exception fault)
        {
            // Whoever calls this is in trouble already.
            NotRaised(logger, fault);
            return false;
        }
    }

    public void Dispose() => client.Dispose();

    async Task<bool> SendAsync(CriticalAlert alert, CancellationToken cancellationToken)
    {
        var sending = new List<Task<bool>>(3);
        if (options.AlertmanagerUrl is { } alertmanager) sending.Add(PostAsync("Alertmanager", AlertsAt(alertmanager), AlertPayloads.Alertmanager(alert, options), cancellationToken));
        if (options.SlackWebhookUrl is { } slack && IsMeant(options.SlackEnvironments)) sending.Add(PostAsync("Slack", slack, AlertPayloads.Slack(alert, options), cancellationToken));
        if (options.PagerDutyRoutingKey is not null && alert.Severity >= options.PagerDutyMinSeverity && IsMeant(options.PagerDutyEnvironments))
        {
            sending.Add(PostAsync("PagerDuty", options.PagerDutyUrl, AlertPayloads.PagerDuty(alert, options), cancellationToken));
        }
        if (sending.Count == 0)
        {
            Nowhere(logger, alert.Title, alert.SeverityName);
            return false;
        }
        var taken = await Task.WhenAll(sending);
        return Array.IndexOf(taken, true) >= 0;
    }

    bool IsMeant(ISet<string> environments) => environments.Count == 0 || environments.Contains(service.Environment);

    static Uri AlertsAt(Uri alertmanager) => new UriBuilder(alertmanager) { Path = alertmanager.AbsolutePath.TrimEnd('/') + "/api/v2/alerts" }.Uri;

    async Task<bool> PostAsync(string destination, Uri url, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(Timeout);
        try
        {
            using var content = new ReadOnlyMemoryContent(payload);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token); // What it says is not read.
            if (answer.IsSuccessStatusCode) return true;
            Failed(logger, destination, $"it answered {(int)answer.StatusCode}");
        }
        catch (OperationCanceledException)
        {
            Failed(logger, destination, cancellationToken.IsCancellationRequested ? "the caller gave up" : "it did not answer within 5 seconds");
        }
        catch (HttpRequestException fault)
        {
            // Its message names the host only; the path of a webhook is a secret.
            Failed(logger, destination, fault.Message);
        }
        return false;
    }

    string Clean(string? text) => redactor.Scrub(ShortText.Cut(text ?? "", MaxLength));

    Dictionary<string, string> Clean(IReadOnlyDictionary<string, string>? details)
    {
        var clean = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in details ?? new Dictionary<string, string>())
        {
            if (clean.Count == MaxDetails) break;
            clean[name] = redactor.IsSensitive(name) ? Redactor.Mask : Clean(value);
        }
        return clean;
    }

    [LoggerMessage(LogLevel.Information, "Critical alert \"{Title}\" was held back: it went out shortly before, or too many did")]
    static partial void HeldBack(ILogger logger, string title);

    [LoggerMessage(LogLevel.Warning, "Critical alert \"{Title}\" ({Severity}) went nowhere: no destination is set up for it in Pharos:CriticalAlerts")]
    static partial void Nowhere(ILogger logger, string title, string severity);

    [LoggerMessage(LogLevel.Error, "A critical alert could not be sent to {Destination}: {Reason}")]
    static partial void Failed(ILogger logger, string destination, string reason);

    [LoggerMessage(LogLevel.Error, "A critical alert could not be raised")]
    static partial void NotRaised(ILogger logger, Exception fault);
}
