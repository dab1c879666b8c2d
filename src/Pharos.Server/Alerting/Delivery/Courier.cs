using System.Globalization;
using System.Net.Sockets;
using Pharos.Server.Config;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;

namespace Pharos.Server.Alerting.Delivery;

/// <summary>Brings notifications to one integration of one receiver: tries again while that makes sense, and writes each attempt down.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed partial class Courier : IDisposable
{
    /// <summary>Attempts under way to one integration. A service that hangs must not cost a connection for each of a thousand groups.</summary>
    const int MaxAtOnce = 64;

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    readonly SemaphoreSlim free = new(MaxAtOnce);
    readonly AlertLedger ledger;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly INotifier? notifier;
    CourierState state = new();

    public Courier(string receiver, ReceiverIntegration integration, NotifierServices services, AlertLedger ledger, TimeProvider time, ILogger logger)
    {
        Receiver = receiver;
        Integration = integration;
        this.ledger = ledger;
        this.time = time;
        this.logger = logger;
        if (integration.Config.Unable is null) notifier = integration.Kind.Create(integration.Config, services);
    }

    public string Receiver { get; }

    public ReceiverIntegration Integration { get; }

    public CourierState State => Volatile.Read(ref state);

    /// <summary>Tries until the service took it, refused it for good, or the deadline passed.</summary>
    /// <param name="stop">Ends it after the attempt that is under way.</param>
    public async Task<NotifyResult> DeliverAsync(Notification notification, DateTimeOffset deadline, bool onlyOnce, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var result = await TryAsync(notification, attempt, deadline);
            if (result.Outcome != NotifyOutcome.Retry || onlyOnce) return result;
            var pause = Pause(attempt);
            if (result.RetryAfter is { } wanted && wanted > pause) pause = wanted;
            if (stop.IsCancellationRequested || time.GetUtcNow() + pause >= deadline) return result;
            try
            {
                await Task.Delay(pause, time, stop);
            }
            catch (OperationCanceledException)
            {
                return result;
            }
        }
    }

    public void Dispose()
    {
        (notifier as IDisposable)?.Dispose();
        free.Dispose();
    }

    /// <summary>Half as long again each time, with a part of chance, so that a thousand groups do not come back at the same instant.</summary>
    static TimeSpan Pause(int attempt)
    {
        var longest = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(1.5, Math.Min(attempt - 1, 20)), LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(longest * (0.5 + Random.Shared.NextDouble()));
    }

    async Task<NotifyResult> TryAsync(Notification notification, int attempt, DateTimeOffset deadline)
    {
        await free.WaitAsync();
        try
        {
            var from = time.GetTimestamp();
            var result = await SendAsync(notification, deadline);
            Note(notification, result, attempt, time.GetElapsedTime(from));
            return result;
        }
        finally
        {
            free.Release();
        }
    }

    async Task<NotifyResult> SendAsync(Notification notification, DateTimeOffset deadline)
    {
        if (notifier is null) return NotifyResult.Failed(Integration.Config.Unable!, fault: NotifyFault.Secret);
        var left = deadline - time.GetUtcNow();
        using var timeout = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), time);
        try
        {
            return await notifier.NotifyAsync(notification, timeout.Token);
        }
        catch (SecretUnavailableException error)
        {
            return NotifyResult.Failed(error.Message, fault: NotifyFault.Secret);
        }
        catch (OperationCanceledException)
        {
            return NotifyResult.Retry("no answer in time");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException or TimeoutException)
        {
            return NotifyResult.Retry(error.Message);
        }
        catch (Exception error)
        {
            Broken(logger, Integration.ToString(), Receiver, error);
            return NotifyResult.Failed($"the notifier failed: {error.GetType().Name}"); // The message may hold what was sent.
        }
    }

    void Note(Notification notification, NotifyResult result, int attempt, TimeSpan duration)
    {
        var now = time.GetUtcNow();
        var isOk = result.Outcome == NotifyOutcome.Sent;
        Volatile.Write(ref state, State.After(result, now, duration));
        var firing = notification.Alerts.Count(alert => alert.IsFiring);
        var answered = result.HttpStatus is { } status ? string.Create(CultureInfo.InvariantCulture, $" with status {status}") : "";
        var text = isOk
            ? string.Create(CultureInfo.InvariantCulture, $"{Integration} of {Receiver} took it{answered}: {firing} firing, {notification.Alerts.Count - firing} resolved ({notification.Reason.Words()})")
            : string.Create(CultureInfo.InvariantCulture, $"{Integration} of {Receiver} failed{answered} at attempt {attempt}: {result.Reason}");
        if (result.Flaws.Count > 0) text = $"{text}; default texts stood in for templates that failed: {string.Join("; ", result.Flaws)}";
        ledger.Record(new()
        {
            AtMs = now.ToUnixTimeMilliseconds(),
            Step = notification.Reason is NotifyReason.Test or NotifyReason.Drill ? LedgerStep.Proof : LedgerStep.Attempt,
            Outcome = isOk ? LedgerOutcome.Ok : LedgerOutcome.Failed,
            Alerts = [.. notification.Alerts.Select(alert => ulong.Parse(alert.Fingerprint, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))],
            Receiver = Receiver,
            Integration = Integration.ToString(),
            GroupKey = notification.GroupKey,
            Reason = isOk ? notification.Reason.Words() : Word(result.Fault),
            Text = text,
            Status = result.HttpStatus,
        });
        if (result.Flaws.Count > 0) StoodIn(logger, Integration.ToString(), Receiver, string.Join("; ", result.Flaws));
        if (!isOk) NotTaken(logger, Integration.ToString(), Receiver, attempt, result.Reason);
    }

    static string Word(NotifyFault fault) => fault switch
    {
        NotifyFault.RateLimited => WhyReason.RateLimited,
        NotifyFault.Template => WhyReason.TemplateFailing,
        NotifyFault.Secret => WhyReason.SecretMissing,
        _ => WhyReason.ReceiverFailing,
    };

    [LoggerMessage(LogLevel.Warning, "{Integration} of receiver {Receiver} failed at attempt {Attempt}: {Reason}")]
    static partial void NotTaken(ILogger logger, string integration, string receiver, int attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "Default texts stood in at {Integration} of receiver {Receiver}, because templates failed: {Flaws}")]
    static partial void StoodIn(ILogger logger, string integration, string receiver, string flaws);

    [LoggerMessage(LogLevel.Error, "{Integration} of receiver {Receiver} broke")]
    static partial void Broken(ILogger logger, string integration, string receiver, Exception error);
}

/// <summary>How an integration has fared since it was set up.</summary>
sealed record CourierState
{
    public long Sent { get; init; }

    public long Failed { get; init; }

    public DateTimeOffset? LastAttempt { get; init; }

    public DateTimeOffset? LastSuccess { get; init; }

    public TimeSpan? LastDuration { get; init; }

    /// <summary>Why the last attempt failed; null: it did not, or there was none.</summary>
    public string? LastFault { get; init; }

    /// <summary>The last attempt at which templates failed; null: there was none.</summary>
    public TextFlaw? Flaw { get; init; }

    public CourierState After(NotifyResult result, DateTimeOffset now, TimeSpan duration)
    {
        var isOk = result.Outcome == NotifyOutcome.Sent;
        return this with
        {
            Sent = Sent + (isOk ? 1 : 0),
            Failed = Failed + (isOk ? 0 : 1),
            LastAttempt = now,
            LastSuccess = isOk ? now : LastSuccess,
            LastDuration = duration,
            LastFault = isOk ? null : result.Reason,
            Flaw = result.Flaws.Count > 0 ? new(now, result.Flaws) : Flaw,
        };
    }
}

/// <summary>Templates that failed in one notification, each with its field and reason.</summary>
sealed record TextFlaw(DateTimeOffset At, IReadOnlyList<string> Fields);
