using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Sending;
using Pharos.Server.Notifying;

namespace Pharos.Tests.Server.Alerting;

/// <summary>A fault that nobody foresaw ends no sender.</summary>
public sealed class AlertmanagerSenderFaultTests
{
    [Fact]
    public async Task A_request_that_breaks_is_told_and_the_alerts_are_sent_again()
    {
        using var receiver = new BrokenOnce();
        using var client = new HttpClient(receiver, disposeHandler: false);
        using var metrics = new NotificationMetrics(() => 0, 100, () => 1);
        var faults = new ConcurrentQueue<SendFault?>();
        await using var sender = new AlertmanagerSender(
            new("http://alerts/api/v2/alerts"), client, TimeSpan.FromSeconds(60), 100, 10, () => false, (_, fault) => faults.Enqueue(fault), metrics, TimeProvider.System, NullLogger.Instance);

        sender.Enqueue([new(LabelSet.From(("alertname", "A")), LabelSet.Empty, 1_000, 2_000, "")]);

        await Eventually.HoldsAsync(() => receiver.Taken == 1, "the alert arrives at the second attempt");
        await Eventually.HoldsAsync(() => faults.Count == 2, "the end of the fault is told");
        Assert.Equal(new SendFault("the request broke: InvalidOperationException", IsUnreachable: false), faults.First());
        Assert.Null(faults.Last());
    }

    sealed class BrokenOnce : HttpMessageHandler
    {
        int requests;
        int taken;

        public int Taken => Volatile.Read(ref taken);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref requests) == 1) throw new InvalidOperationException("BUG");
            Interlocked.Increment(ref taken);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
