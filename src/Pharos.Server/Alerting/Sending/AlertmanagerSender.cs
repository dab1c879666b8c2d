using System.Net;
using System.Net.Http.Headers;
using Pharos.Server.Config;
using Pharos.Server.Notifying;
using Pharos.Server.Text;

namespace Pharos.Server.Alerting.Sending;

/// <summary>Posts alerts to one Alertmanager, in order and in batches; one that is slow or down holds up no other.</summary>
/// <remarks>
/// <para>Errors: a request that fails for the receiver's or the network's sake is tried again after 1, 2 and 4 s, then its alerts are
/// dropped and counted; what the receiver refuses as wrong is dropped at once. Rules tell of their alerts again in any case.</para>
/// <para>Beside routes of our own the receiver is a second one: it is looked for every <see cref="ProbeEvery"/>, and while it cannot be reached nothing
/// is posted to it, so that a target left over from a former stack costs neither retries nor a log full of errors.</para>
/// <para>Ending: what still waits gets one last try of at most <see cref="LastTry"/>.</para>
/// </remarks>
sealed partial class AlertmanagerSender : IAsyncDisposable
{
    public static readonly TimeSpan LastTry = TimeSpan.FromSeconds(5);

    static readonly TimeSpan ProbeEvery = TimeSpan.FromMinutes(1);

    const int MaxAttempts = 4;

    /// <summary>The beginning of what the receiver says of a refusal that is told; it may send anything.</summary>
    const int MaxReasonBytes = 300;

    readonly HttpClient client;
    readonly string shown;
    readonly TimeSpan timeout;
    readonly int maxBatch;
    readonly NotificationMetrics metrics;
    readonly Func<bool> isSecond;
    readonly Action<Uri, SendFault?> told;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly AlertQueue queue;
    readonly CancellationTokenSource stop = new();
    readonly Task running;

    /// <summary>What was taken from the queue and not yet answered for; read by others only once <see cref="running"/> has ended.</summary>
    IReadOnlyList<Alert> unfinished = [];

    SendFault? fault;

    /// <param name="client">Shared by the receivers of one section; not disposed here.</param>
    /// <param name="isSecond">An alertmanager.yml here delivers the alerts already.</param>
    /// <param name="told">Gets why alerts do not arrive, and null when they do again, or when this sender ends.</param>
    public AlertmanagerSender(
        Uri url, HttpClient client, TimeSpan timeout, int capacity, int maxBatch, Func<bool> isSecond, Action<Uri, SendFault?> told, NotificationMetrics metrics, TimeProvider time, ILogger logger)
    {
        this.isSecond = isSecond;
        this.told = told;
        Url = url;
        shown = url.Shown();
        this.client = client;
        this.timeout = timeout;
        this.maxBatch = maxBatch;
        this.metrics = metrics;
        this.time = time;
        this.logger = logger;
        queue = new(capacity);
        running = Task.Run(RunAsync);
    }

    public Uri Url { get; }

    public int Waiting => queue.Count;

    /// <summary>Never waits.</summary>
    public void Enqueue(IReadOnlyList<Alert> alerts)
    {
        var dropped = queue.Add(alerts);
        if (dropped == 0) return;
        metrics.Dropped(shown, dropped);
        QueueFull(logger, shown, dropped);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        using var last = new CancellationTokenSource(LastTry, time);
        try
        {
            // A request that the end interrupted may have arrived or not: to tell a receiver twice does no harm.
            for (var batch = unfinished.Count > 0 ? unfinished : queue.Take(maxBatch); batch.Count > 0 && !IsLeftOut; batch = queue.Take(maxBatch)) await TryPostAsync(batch, last.Token);
        }
        catch (OperationCanceledException)
        {
            metrics.Dropped(shown, queue.Count); // The receiver did not answer in time.
        }
        Note(null);
        stop.Dispose();
    }

    async Task RunAsync()
    {
        try
        {
            while (true)
            {
                if (isSecond()) await ProbeAsync();
                await WaitAsync();
                for (unfinished = queue.Take(maxBatch); unfinished.Count > 0; unfinished = queue.Take(maxBatch)) await SendAsync(unfinished);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    /// <summary>Nothing is posted to it: it cannot be reached, and need not be.</summary>
    bool IsLeftOut => fault is { IsUnreachable: true } && isSecond();

    /// <summary>Until there are alerts, or it is time to look for the receiver again.</summary>
    async Task WaitAsync()
    {
        using var soon = new CancellationTokenSource(ProbeEvery, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, soon.Token);
        try
        {
            await queue.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Time to look.
        }
    }

    async Task SendAsync(IReadOnlyList<Alert> batch)
    {
        for (var attempt = 1; !IsLeftOut; attempt++)
        {
            var answer = await TryPostAsync(batch, stop.Token);
            if (answer == Answer.Taken) return;
            if (answer == Answer.Refused || attempt == MaxAttempts)
            {
                metrics.Dropped(shown, batch.Count);
                return;
            }
            await Task.Delay(TimeSpan.FromSeconds(1 << (attempt - 1)), time, stop.Token);
        }
    }

    enum Answer
    {
        Taken,

        /// <summary>The request itself is wrong: another try would end the same.</summary>
        Refused,
        Failed,
    }

    /// <summary>Whether somebody answers there at all; what, does not matter.</summary>
    async Task ProbeAsync()
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, deadline.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, Url);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (fault is { IsUnreachable: true }) Note(null);
        }
        catch (Exception error) when (IsTrouble(error, stop.Token))
        {
            Note(FaultOf(error));
        }
    }

    async Task<Answer> TryPostAsync(IReadOnlyList<Alert> batch, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using var content = new ByteArrayContent(AlertPayload.Write(batch));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = content, Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token); // What it says of success is not read.
            if (response.IsSuccessStatusCode)
            {
                metrics.Sent(shown, batch.Count, time.GetElapsedTime(started));
                Note(null);
                return Answer.Taken;
            }
            metrics.Failed(shown, batch.Count);
            var reason = $"it answered {(int)response.StatusCode} {await ReadReasonAsync(response, either.Token)}";
            Note(new(reason, IsUnreachable: false));
            SendFailed(logger, shown, batch.Count, reason);
            var isOurs = (int)response.StatusCode is >= 400 and < 500 && response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
            return isOurs ? Answer.Refused : Answer.Failed;
        }
        catch (Exception error) when (IsTrouble(error, cancellation))
        {
            metrics.Failed(shown, batch.Count);
            var found = FaultOf(error);
            Note(found);
            SendFailed(logger, shown, batch.Count, found.Reason);
            return Answer.Failed;
        }
    }

    /// <summary>Anything but the end of this sender.</summary>
    static bool IsTrouble(Exception error, CancellationToken ending) =>
        error is not OperationCanceledException || !ending.IsCancellationRequested;

    SendFault FaultOf(Exception error)
    {
        switch (error)
        {
            case OperationCanceledException:
                return new($"no answer within {timeout.TotalSeconds:0.###} s", IsUnreachable: true);
            case SecretUnavailableException:
                return new(error.Message, IsUnreachable: false);
            case HttpRequestException or IOException:
                return new(error.Message, IsUnreachable: true);
            default: // One of ours must not end the sender, nor be lost.
                Broke(logger, Url, error);
                return new($"the request broke: {error.GetType().Name}", IsUnreachable: false);
        }
    }

    void Note(SendFault? found)
    {
        if (fault == found) return;
        fault = found;
        told(Url, found);
    }

    /// <summary>The first piece of what it says: one that never ends its answer holds up no alerts.</summary>
    async Task<string> ReadReasonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = new byte[MaxReasonBytes];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            var length = await body.ReadAsync(buffer, cancellation);
            return System.Text.Encoding.UTF8.GetString(buffer, 0, length).ReplaceLineEndings(" ").Trim();
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return ""; // It refused all the same.
        }
    }

    [LoggerMessage(LogLevel.Error, "Sending {Count} alerts to {Url} failed: {Reason}")]
    static partial void SendFailed(ILogger logger, string url, int count, string reason);

    [LoggerMessage(LogLevel.Error, "A request to {Url} broke")]
    static partial void Broke(ILogger logger, Uri url, Exception error);

    [LoggerMessage(LogLevel.Warning, "The queue of alerts for {Url} is full; the {Count} oldest were dropped")]
    static partial void QueueFull(ILogger logger, string url, int count);
}

/// <summary>Why alerts do not arrive at an Alertmanager.</summary>
/// <param name="IsUnreachable">Nobody answers there; else it answers, but takes no alerts.</param>
sealed record SendFault(string Reason, bool IsUnreachable);
