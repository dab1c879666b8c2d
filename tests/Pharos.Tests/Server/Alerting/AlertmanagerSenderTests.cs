using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Alerting;

namespace Pharos.Tests.Server.Alerting;

/// <summary>The sender against a receiver that answers when the test says so.</summary>
public sealed class AlertmanagerSenderTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_batch_whose_request_is_open_when_the_server_ends_is_sent_again_before_those_that_wait()
    {
        using var receiver = new HeldReceiver();
        using var client = new HttpClient(receiver, disposeHandler: false);
        using var metrics = new NotificationMetrics(() => 0, 100, () => 1);
        var sender = new AlertmanagerSender(new("http://receiver/"), client, TimeSpan.FromMinutes(1), capacity: 100, maxBatch: 1, metrics, TimeProvider.System, NullLogger.Instance);
        sender.Enqueue([Some("InFlight")]);
        await receiver.FirstHasBegun.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        sender.Enqueue([Some("Waiting")]);

        await sender.DisposeAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(["InFlight", "Waiting"], receiver.Answered);
    }

    [Fact]
    public async Task The_last_try_ends_when_the_receiver_never_answers()
    {
        using var receiver = new HeldReceiver { HoldsAll = true };
        using var client = new HttpClient(receiver, disposeHandler: false);
        using var metrics = new NotificationMetrics(() => 0, 100, () => 1);
        var sender = new AlertmanagerSender(new("http://receiver/"), client, TimeSpan.FromMinutes(1), capacity: 100, maxBatch: 1, metrics, TimeProvider.System, NullLogger.Instance);
        sender.Enqueue([Some("A"), Some("B")]);
        await receiver.FirstHasBegun.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        await sender.DisposeAsync().AsTask().WaitAsync(AlertmanagerSender.LastTry + Patience, TestContext.Current.CancellationToken);

        Assert.Empty(receiver.Answered);
    }

    static Alert Some(string name) => new(LabelSet.From(("alertname", name)), LabelSet.Empty, 1_000, 60_000, "");

    /// <summary>Holds the first request until it is given up; answers the others at once.</summary>
    sealed class HeldReceiver : HttpMessageHandler
    {
        public TaskCompletionSource FirstHasBegun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Answered { get; } = [];

        public bool HoldsAll { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            if (FirstHasBegun.TrySetResult() || HoldsAll) await Task.Delay(Timeout.Infinite, cancellationToken);
            Answered.Add(System.Text.Json.JsonDocument.Parse(body).RootElement[0].GetProperty("labels").GetProperty("alertname").GetString()!);
            return new(HttpStatusCode.OK);
        }
    }
}
