using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Sending;
using Pharos.Server.Notifying;
using Pharos.Tests.AspNetCore;
using Pharos.Tests.Server.Metrics.Scraping;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Alerting.Sending;

/// <summary>The sender against a receiver that answers when the test says so.</summary>
public sealed class AlertmanagerSenderTests
{
    [Fact]
    public async Task A_batch_whose_request_is_open_when_the_server_ends_is_sent_again_before_those_that_wait()
    {
        using var receiver = new HeldReceiver();
        using var client = new HttpClient(receiver, disposeHandler: false);
        using var metrics = new NotificationMetrics(() => 0, 100, () => 1);
        var sender = Sender(client, metrics, new ManualTime(1_000_000));
        sender.Enqueue([Some("InFlight")]);
        await receiver.FirstHasBegun.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        sender.Enqueue([Some("Waiting")]);

        await sender.DisposeAsync().AsTask().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        Assert.Equal(["InFlight", "Waiting"], receiver.Answered);
    }

    [Fact]
    public async Task The_last_try_ends_when_the_receiver_never_answers()
    {
        var time = new ManualTime(1_000_000);
        using var receiver = new HeldReceiver { HoldsAll = true };
        using var client = new HttpClient(receiver, disposeHandler: false);
        using var metrics = new NotificationMetrics(() => 0, 100, () => 1);
        var sender = Sender(client, metrics, time);
        sender.Enqueue([Some("A"), Some("B")]);
        await receiver.FirstHasBegun.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        var ending = sender.DisposeAsync().AsTask();
        await Eventually.HoldsAsync(() => receiver.Begun == 2, "the last try is under way");
        Assert.Contains(time.NowMs + (long)AlertmanagerSender.LastTry.TotalMilliseconds, time.DueMs);
        time.Advance(AlertmanagerSender.LastTry);
        await ending.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        Assert.Empty(receiver.Answered);
        Assert.Equal(2, receiver.Begun);
    }

    [Fact]
    public async Task A_second_receiver_that_cannot_be_reached_is_looked_for_and_gets_nothing_until_it_answers()
    {
        var time = new ManualTime(1_000_000);
        using var receiver = new LostReceiver();
        using var client = new HttpClient(receiver, disposeHandler: false);
        using var metrics = new NotificationMetrics(() => 0, 100, () => 1);
        var faults = new ConcurrentQueue<SendFault?>();
        await using var sender = Sender(client, metrics, time, isSecond: true, faults);
        await Eventually.HoldsAsync(() => faults.LastOrDefault() is { IsUnreachable: true, Reason: "nobody there" }, "it is told that nobody is there");

        sender.Enqueue([Some("Lost")]);
        await Eventually.HoldsAsync(() => sender.Waiting == 0, "the alert was taken from the queue");
        receiver.IsThere = true;
        await AdvanceUntilAsync(time, TimeSpan.FromMinutes(1), () => faults.Count == 2);
        sender.Enqueue([Some("Found")]);
        await Eventually.HoldsAsync(() => !receiver.Posted.IsEmpty, "the next alert is posted");

        Assert.Null(faults.Last());
        Assert.Equal(["Found"], receiver.Posted);
    }

    [Fact]
    public async Task The_only_receiver_is_tried_again_and_what_is_wrong_with_it_is_told()
    {
        var time = new ManualTime(1_000_000);
        using var receiver = new LostReceiver();
        using var client = new HttpClient(receiver, disposeHandler: false);
        using var metrics = new NotificationMetrics(() => 0, 100, () => 1);
        var faults = new ConcurrentQueue<SendFault?>();
        await using var sender = Sender(client, metrics, time, isSecond: false, faults);

        sender.Enqueue([Some("A")]);
        await Eventually.HoldsAsync(() => !faults.IsEmpty, "the fault is told");
        receiver.IsThere = true;
        await AdvanceUntilAsync(time, TimeSpan.FromSeconds(1), () => faults.Count == 2);

        Assert.Equal([new SendFault("nobody there", IsUnreachable: true), null], faults);
        Assert.Equal(["A"], receiver.Posted);
    }

    [Fact]
    public async Task An_answer_without_end_holds_up_nothing_and_a_login_in_the_address_is_shown_nowhere()
    {
        await using var endless = await LocalServer.StartAsync(async context =>
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                context.Response.StatusCode = context.Request.Path == "/refuses" ? 400 : 200;
                await context.Response.WriteAsync("no");
                await context.Response.Body.FlushAsync();
            }
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var client = new HttpClient();
        using var log = new KeptLog();
        using var tags = new MetricTags("Pharos.Alerting");
        using var metrics = new NotificationMetrics(() => 0, 100, () => 1);
        foreach (var (path, last) in new[] { ("takes", "sent_total"), ("refuses", "dropped_total") })
        {
            await using var sender = new AlertmanagerSender(
                new($"http://me:hidden@{endless.Address}/{path}"), client, TimeSpan.FromSeconds(30), 100, 1, () => false, (_, _) => { }, metrics, TimeProvider.System, log);
            sender.Enqueue([Some("A")]);
            await Eventually.HoldsAsync(() => tags.Seen.Any(seen => seen.Contains(last, StringComparison.Ordinal)), $"the alert is answered for by {path}");
        }

        Assert.Equal(
            [$"prometheus_notifications_sent_total http://{endless.Address}/takes", $"prometheus_notifications_errors_total http://{endless.Address}/refuses", $"prometheus_notifications_dropped_total http://{endless.Address}/refuses"],
            tags.Seen.Where(seen => seen.Contains("_total", StringComparison.Ordinal)));
        Assert.Equal([$"Sending 1 alerts to http://{endless.Address}/refuses failed: it answered 400 no"], log.Lines);
    }

    /// <summary>What the counters of a meter counted, with the address it was for.</summary>
    sealed class MetricTags : IDisposable
    {
        readonly MeterListener listener = new();

        public MetricTags(string meter)
        {
            listener.InstrumentPublished = (instrument, to) =>
            {
                if (instrument.Meter.Name == meter && instrument is Counter<long>) to.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, _, labels, _) => Seen.Enqueue($"{instrument.Name} {labels[0].Value}"));
            listener.Start();
        }

        public ConcurrentQueue<string> Seen { get; } = new();

        public void Dispose() => listener.Dispose();
    }

    /// <summary>Requests never time out: while a test moves the clock on, one may be under way on another thread.</summary>
    static AlertmanagerSender Sender(HttpClient client, NotificationMetrics metrics, TimeProvider time, bool isSecond = false, ConcurrentQueue<SendFault?>? faults = null) =>
        new(new("http://receiver/"), client, TimeSpan.FromDays(40), capacity: 100, maxBatch: 1, () => isSecond, (_, fault) => faults?.Enqueue(fault), metrics, time, NullLogger.Instance);

    static Task AdvanceUntilAsync(ManualTime time, TimeSpan step, Func<bool> isSo) => Eventually.HoldsAsync(
        () =>
        {
            time.Advance(step);
            return isSo();
        },
        "the receiver was found");

    static Alert Some(string name) => new(LabelSet.From(("alertname", name)), LabelSet.Empty, 1_000, 60_000, "");

    /// <summary>Holds the first request until it is given up; answers the others at once.</summary>
    sealed class HeldReceiver : HttpMessageHandler
    {
        int begun;

        public TaskCompletionSource FirstHasBegun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Answered { get; } = [];

        public int Begun => Volatile.Read(ref begun);

        public bool HoldsAll { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            Interlocked.Increment(ref begun);
            if (FirstHasBegun.TrySetResult() || HoldsAll) await Task.Delay(Timeout.Infinite, cancellationToken);
            Answered.Add(JsonDocument.Parse(body).RootElement[0].GetProperty("labels").GetProperty("alertname").GetString()!);
            return new(HttpStatusCode.OK);
        }
    }

    /// <summary>Not there, until it is.</summary>
    sealed class LostReceiver : HttpMessageHandler
    {
        public volatile bool IsThere;

        public ConcurrentQueue<string> Posted { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!IsThere) throw new HttpRequestException("nobody there");
            if (request.Method != HttpMethod.Post) return new(HttpStatusCode.MethodNotAllowed);
            Posted.Enqueue(JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken)).RootElement[0].GetProperty("labels").GetProperty("alertname").GetString()!);
            return new(HttpStatusCode.OK);
        }
    }
}
