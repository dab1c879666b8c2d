using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Alerting.Sending;

namespace Pharos.Tests.Server.Alerting.Sending;

public class AlertQueueTests
{
    [Fact]
    public void Alerts_leave_in_order_and_in_batches()
    {
        var queue = new AlertQueue(10);
        queue.Add([Alert("a"), Alert("b"), Alert("c")]);

        Assert.Equal(["a", "b"], Names(queue.Take(2)));
        Assert.Equal(["c"], Names(queue.Take(2)));
        Assert.Empty(queue.Take(2));
    }

    [Fact]
    public void A_full_queue_drops_the_oldest_and_says_how_many()
    {
        var queue = new AlertQueue(3);

        Assert.Equal(0, queue.Add([Alert("a"), Alert("b")]));
        Assert.Equal(2, queue.Add([Alert("c"), Alert("d"), Alert("e")]));
        Assert.Equal(["c", "d", "e"], Names(queue.Take(10)));
    }

    [Fact]
    public async Task A_wait_ends_when_something_was_added_before_or_after_it_began()
    {
        var queue = new AlertQueue(3);
        queue.Add([Alert("a")]);
        queue.Add([Alert("b")]);
        await queue.WaitAsync(TestContext.Current.CancellationToken);

        var waiting = queue.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        queue.Add([Alert("c")]);
        await waiting;
    }

    static Alert Alert(string name) => new(LabelSet.From(("alertname", name)), LabelSet.Empty, 0, 0, "");

    static IEnumerable<string> Names(IEnumerable<Alert> alerts) => alerts.Select(alert => alert.Labels["alertname"]);
}
