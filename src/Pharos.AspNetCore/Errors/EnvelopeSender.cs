using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Metrics;

namespace Pharos.AspNetCore.Errors;

/// <summary>Sends envelopes one after the other from a bounded queue; the application never waits for it.</summary>
/// <remarks>
/// <para>As Sentry's own clients do, it tries once: a report that the server did not take is counted by reason, the counts go out with the next one that passes.</para>
/// <para>Errors: each kind of failure is logged at most once a minute, under a logger that is never reported.</para>
/// </remarks>
sealed partial class EnvelopeSender : IAsyncDisposable
{
    /// <summary>The logger of what is said about reporting itself.</summary>
    public const string LoggerName = "Pharos.AspNetCore.Errors";

    /// <summary>Trace state of what no transaction is made of.</summary>
    public const string NotToBeTraced = "pharos=off";

    static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    static readonly TimeSpan SaidPause = TimeSpan.FromMinutes(1);

    readonly Channel<Item> queue;
    readonly HttpClient client;
    readonly Dsn dsn;
    readonly EnvelopeWriter writer;
    readonly RateLimits limits;
    readonly TimeProvider time;
    readonly Func<ILogger> logger;
    readonly ConcurrentDictionary<(string Reason, string Category), long> losses = new();
    readonly Counter<long> discarded;
    readonly CancellationTokenSource end = new();
    readonly Task sending;
    int waiting;
    long saidAt;

    public EnvelopeSender(Dsn dsn, EnvelopeWriter writer, int queueLength, TimeProvider time, IMeterFactory meters, Func<ILogger> logger)
    {
        (this.dsn, this.writer, this.time, this.logger) = (dsn, writer, time, logger);
        limits = new RateLimits(time);
        discarded = meters.Create(PharosMeters.Errors).CreateCounter<long>("error_reports_discarded_total", description: "Error reports and transactions that nobody took, by reason.");
        queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(queueLength) { SingleReader = true });
        // No propagation: a report is no part of the application's traces.
        client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = SendTimeout }) { Timeout = SendTimeout };
        sending = Task.Run(SendAllAsync);
    }

    /// <summary>Queues what <paramref name="write"/> makes; it is made on the sender's thread. False when the queue is full.</summary>
    public bool TrySend(string category, Func<byte[]?> write)
    {
        Interlocked.Increment(ref waiting);
        if (queue.Writer.TryWrite(new Item(category, write))) return true;
        Interlocked.Decrement(ref waiting);
        Lose("queue_overflow", category);
        return false;
    }

    /// <summary>Counts a report that will not be sent, for the metrics and for the server.</summary>
    public void Lose(string reason, string category)
    {
        Count(reason);
        losses.AddOrUpdate((reason, category), 1, static (_, count) => count + 1);
    }

    /// <summary>Waits until what is queued has been sent or given up, or until the time is over. False when something is left.</summary>
    public async Task<bool> FlushAsync(TimeSpan atMost)
    {
        var until = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        while (Volatile.Read(ref waiting) > 0)
        {
            if (Environment.TickCount64 >= until) return false;
            await Task.Delay(10).ConfigureAwait(false);
        }
        return true;
    }

    /// <remarks>May be called twice: the container knows us as the service and as the hosted one.</remarks>
    public async ValueTask DisposeAsync()
    {
        if (!queue.Writer.TryComplete()) return;
        await end.CancelAsync();
        await sending;
        client.Dispose();
        end.Dispose();
    }

    async Task SendAllAsync()
    {
        try
        {
            await foreach (var item in queue.Reader.ReadAllAsync(end.Token))
            {
                await SendAsync(item);
                Interlocked.Decrement(ref waiting);
            }
        }
        catch (OperationCanceledException)
        {
            // The end; what is left has had its time.
        }
    }

    async Task SendAsync(Item item)
    {
        try
        {
            if (!limits.Allows(item.Category))
            {
                Lose("ratelimit_backoff", item.Category);
                return;
            }
            if (item.Write() is not { } envelope) return;
            if (await PostAsync(envelope, item.Category)) await SendLossesAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault)
        {
            Lose("network_error", item.Category);
            Say(fault is OperationCanceledException ? "it did not answer in time" : fault.Message);
        }
    }

    async Task SendLossesAsync()
    {
        if (losses.IsEmpty || !limits.Allows("internal")) return;
        var told = losses.ToDictionary(pair => pair.Key, pair => pair.Value);
        if (!await PostAsync(writer.Losses(told), "internal")) return;
        foreach (var (key, count) in told)
        {
            // What was lost meanwhile stays for the next time.
            if (!losses.TryRemove(new(key, count))) losses.AddOrUpdate(key, 0, (_, now) => now - count);
        }
    }

    async Task<bool> PostAsync(byte[] envelope, string category)
    {
        using var content = new ByteArrayContent(Compress(envelope));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-sentry-envelope");
        content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Post, dsn.EnvelopeUrl) { Content = content };
        request.Headers.TryAddWithoutValidation("X-Sentry-Auth", $"Sentry sentry_version=7, sentry_client=pharos.aspnetcore/1, sentry_key={dsn.PublicKey}");
        // Who takes a report is asked not to trace it: a service that reports to itself would never come to an end.
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00");
        request.Headers.TryAddWithoutValidation("tracestate", NotToBeTraced);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
        limits.Learn(answer);
        if (answer.IsSuccessStatusCode) return true;
        if (answer.StatusCode != HttpStatusCode.TooManyRequests) Lose("send_error", category);
        else Count("ratelimit_backoff"); // The server counts it itself.
        Say($"it answered {(int)answer.StatusCode}");
        return false;
    }

    void Count(string reason) => discarded.Add(1, new KeyValuePair<string, object?>("reason", reason));

    void Say(string reason)
    {
        var now = time.GetTimestamp();
        var before = Volatile.Read(ref saidAt);
        if (before != 0 && time.GetElapsedTime(before, now) < SaidPause) return;
        Volatile.Write(ref saidAt, now);
        NotSent(logger(), dsn.EnvelopeUrl.Authority, reason);
    }

    static byte[] Compress(byte[] bytes)
    {
        using var compressed = new MemoryStream(bytes.Length / 2);
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(bytes);
        return compressed.ToArray();
    }

    [LoggerMessage(LogLevel.Warning, "An error report could not be sent to {Server}: {Reason}; further failures are told once a minute")]
    static partial void NotSent(ILogger logger, string server, string reason);

    readonly record struct Item(string Category, Func<byte[]?> Write);
}
