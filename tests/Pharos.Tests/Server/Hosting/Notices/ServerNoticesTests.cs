using Pharos.Server.Hosting.Notices;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Hosting.Notices;

public sealed class ServerNoticesTests
{
    readonly ManualTime time = new(0);

    [Fact]
    public void A_notice_keeps_the_time_at_which_it_began_until_it_is_withdrawn()
    {
        var notices = new ServerNotices(1, time);
        notices.Raise("a");
        time.Advance(TimeSpan.FromMinutes(1));
        notices.Raise("a");
        notices.Raise("b");

        Assert.Equal([new("a", DateTimeOffset.UnixEpoch, true), new("b", DateTimeOffset.UnixEpoch.AddMinutes(1), true)], notices.Active);

        notices.Withdraw("a");
        notices.Withdraw("never said");
        Assert.Equal(["b"], notices.Active.Select(notice => notice.Text));
    }

    [Fact]
    public async Task A_subscriber_hears_what_is_wrong_already_each_change_and_the_end()
    {
        var notices = new ServerNotices(1, time);
        notices.Raise("a");
        var changes = notices.Subscribe()!;
        notices.Raise("b");
        notices.Withdraw("a");
        notices.Close();

        var heard = await changes.ReadAllAsync(TestContext.Current.CancellationToken).Select(notice => $"{notice.Text} {notice.IsActive}").ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["a True", "b True", "a False"], heard);
        Assert.Null(notices.Subscribe());
    }

    [Fact]
    public void There_is_a_bound_of_subscribers_and_who_leaves_makes_room()
    {
        var notices = new ServerNotices(1, time);
        var first = notices.Subscribe()!;

        Assert.Null(notices.Subscribe());
        notices.Unsubscribe(first);
        Assert.NotNull(notices.Subscribe());
    }

    [Fact]
    public void Who_does_not_read_loses_the_oldest_and_holds_no_memory()
    {
        var notices = new ServerNotices(1, time);
        var changes = notices.Subscribe()!;
        for (var i = 0; i < 1000; i++) notices.Raise($"{i}");

        Assert.Equal(16, changes.Count);
        Assert.True(changes.TryRead(out var oldest));
        Assert.Equal("984", oldest!.Text);
    }
}
