using Pharos.Server.Config;
using Pharos.Server.HttpClients;
using Pharos.Server.Ledger;
using Pharos.Server.Notifying;
using Pharos.Server.State;

namespace Pharos.Server.Heartbeats;

/// <summary>Sends one heartbeat at its pace, as long as alerts would arrive. When it stops, whoever waits for it raises the alarm.</summary>
/// <remarks>
/// <para>Before each one something is written and synced: a server whose disk refuses would acknowledge no alert.</para>
/// <para>Threads: <see cref="BeginIfDue"/> by one, <see cref="State"/> by all.</para>
/// </remarks>
sealed partial class HeartbeatSender : IAsyncDisposable
{
    static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(10);

    /// <summary>One that was not taken is sent again sooner than the next is due.</summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    readonly StateDatabase database;
    readonly StateTable<string, long> moments;
    readonly AlertLedger ledger;
    readonly HeartbeatMetrics metrics;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly HttpClient client;
    readonly CancellationTokenSource stop = new();
    Task sending = Task.CompletedTask;
    Progress progress = new();

    public HeartbeatSender(SentHeartbeatConfig config, StateDatabase database, StateTable<string, long> moments, AlertLedger ledger, HeartbeatMetrics metrics, TimeProvider time, ILogger logger)
    {
        Config = config;
        this.database = database;
        this.moments = moments;
        this.ledger = ledger;
        this.metrics = metrics;
        this.time = time;
        this.logger = logger;
        client = OutboundHttp.Create(config.Http, time);
        Host = HostOf(config.Url);
    }

    /// <param name="NextMs">When the next is due; 0: at once.</param>
    /// <param name="LastMs">When one was last taken; null: none was since the start.</param>
    /// <param name="Fault">Why the last one was not sent, or not taken; "" when it was.</param>
    public sealed record Progress(long NextMs = 0, long? LastMs = null, string Fault = "");

    public SentHeartbeatConfig Config { get; }

    /// <summary>The only part of the address that is no secret.</summary>
    public string Host { get; }

    public Progress State => Volatile.Read(ref progress);

    long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="faults">Why alerts would not arrive now; empty: they would.</param>
    public void BeginIfDue(IReadOnlyList<string> faults)
    {
        var (now, nowMs) = (State, NowMs);
        if (!sending.IsCompleted || now.NextMs > nowMs) return;
        if (faults.Count > 0)
        {
            Ended(now with { NextMs = nowMs + PauseMs, Fault = $"held back: {string.Join("; ", faults)}" });
            return;
        }
        sending = Task.Run(SendAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await sending;
        client.Dispose();
        stop.Dispose();
    }

    long PauseMs => (long)Math.Min(Config.Every.TotalMilliseconds, LongestPause.TotalMilliseconds);

    async Task SendAsync()
    {
        var startedMs = NowMs;
        var fault = await TrySendAsync();
        if (stop.IsCancellationRequested) return;
        if (fault.Length == 0) metrics.Sent(Host);
        else metrics.Failed(Host);
        Ended(fault.Length == 0
            ? new(startedMs + (long)Config.Every.TotalMilliseconds, startedMs)
            : State with { NextMs = startedMs + PauseMs, Fault = fault });
    }

    /// <returns>"" when it was taken.</returns>
    async Task<string> TrySendAsync()
    {
        using var deadline = new CancellationTokenSource(LongestAttempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop.Token);
        try
        {
            var nowMs = NowMs;
            moments.Put("heartbeat", nowMs);
            await database.FlushAsync().WaitAsync(either.Token);
            var url = Config.Url.Read();
            if (!ReceiverReading.IsHttp(url)) return "its address is no http address";
            using var request = new HttpRequestMessage(Config.IsPost ? HttpMethod.Post : HttpMethod.Get, url);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? "" : $"{Host} answered {(int)response.StatusCode}";
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {LongestAttempt.TotalSeconds:0} s";
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SecretUnavailableException)
        {
            return error.Message; // Such messages name hosts and files, never whole addresses.
        }
        catch (Exception error) // Nobody waits for it: it is told by what stands in its place.
        {
            Broke(logger, Host, error);
            return $"it broke: {error.GetType().Name}";
        }
    }

    /// <summary>Only a change is told: a service that is away for a night is one line, not a thousand.</summary>
    void Ended(Progress next)
    {
        var before = State;
        Volatile.Write(ref progress, next);
        if ((before.Fault.Length == 0) == (next.Fault.Length == 0)) return;
        var isOk = next.Fault.Length == 0;
        if (isOk) Resumed(logger, Host);
        else NotSent(logger, Host, next.Fault);
        ledger.Record(new()
        {
            AtMs = NowMs,
            Step = LedgerStep.Heartbeat,
            Outcome = isOk ? LedgerOutcome.Ok : LedgerOutcome.Failed,
            Reason = isOk ? "resumed" : "stopped",
            Text = isOk ? $"the heartbeat to {Host} is sent again" : $"the heartbeat to {Host} is not sent: {next.Fault}",
        });
    }

    static string HostOf(Secret url)
    {
        try
        {
            return Uri.TryCreate(url.Read(), UriKind.Absolute, out var parsed) ? parsed.Authority.Split('@')[^1] : "unknown";
        }
        catch (SecretUnavailableException)
        {
            return "unknown";
        }
    }

    [LoggerMessage(LogLevel.Warning, "The heartbeat to {Host} is not sent: {Fault}")]
    static partial void NotSent(ILogger logger, string host, string fault);

    [LoggerMessage(LogLevel.Error, "The heartbeat to {Host} broke")]
    static partial void Broke(ILogger logger, string host, Exception error);

    [LoggerMessage(LogLevel.Information, "The heartbeat to {Host} is sent again")]
    static partial void Resumed(ILogger logger, string host);
}
