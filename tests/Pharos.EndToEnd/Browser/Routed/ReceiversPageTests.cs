using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser.Routed;

public sealed class ReceiversPageTests(RoutedStage stage) : PageTests<RoutedStage>(stage)
{
    [Fact]
    public async Task Receivers_tell_how_they_stand_and_why()
    {
        var page = await OpenAsync("alerts/receivers");

        var broken = page.GetByRole(AriaRole.Region, new() { Name = "broken" });
        await Expect(broken).ToContainTextAsync("failing");
        await Expect(broken).ToContainTextAsync("403");
        var pager = page.GetByRole(AriaRole.Region, new() { Name = "pager" });
        await Expect(pager).ToContainTextAsync("works");
        await Expect(pager).ToContainTextAsync(new Regex(@"Last proven .* ago by (an alert|a fire drill)"));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "unused" })).ToContainTextAsync("no route leads here");
    }

    [Fact]
    public async Task The_next_fire_drill_is_told_and_routes_say_when_their_receivers_were_proven()
    {
        var page = await OpenAsync("alerts/receivers");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Fire drills" })).ToContainTextAsync(new Regex(@"Every 7 days .* The next is due in (1[12]\sh|[67]\sd)")); // A drill that another test held puts it off by a week.

        await page.GotoAsync("alerts/routing");

        var tree = page.GetByRole(AriaRole.Region, new() { Name = "Routing tree" });
        await Expect(tree.GetByText(new Regex("last proven .* ago")).First).ToBeVisibleAsync();
        await Expect(tree.GetByText(new Regex("last proof failed .* ago"))).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Expected_heartbeats_tell_whether_they_come()
    {
        var page = await OpenAsync("alerts/receivers");
        var heartbeat = page.GetByRole(AriaRole.Region, new() { Name = "Heartbeats" }).GetByRole(AriaRole.Row, new() { NameRegex = new("nightly-backup") });
        await Expect(heartbeat).ToContainTextAsync(new Regex("not heard yet|comes"));

        await page.APIRequest.PostAsync(new Uri(new Uri(page.Url), "/api/v1/alerting/heartbeat/nightly-backup").AbsoluteUri);

        await Expect(heartbeat).ToContainTextAsync("comes"); // The page asks again by itself.
    }

    [Fact]
    public async Task The_rail_counts_only_alerts_that_somebody_is_told_of()
    {
        var page = await OpenAsync("alerts/receivers");

        // Of seven that fire, one is silenced, one inhibited, one muted; a test beside may silence one more.
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" }).GetByRole(AriaRole.Link, new() { NameRegex = new("^Alerts") })).ToContainTextAsync(new Regex(@"[34]\s*firing"));
    }

    [Fact]
    public async Task A_test_goes_through_and_is_the_latest_proof()
    {
        var page = await OpenAsync("alerts/receivers?filter=chat");
        var chat = page.GetByRole(AriaRole.Region, new() { Name = "chat" });

        await page.GetByRole(AriaRole.Button, new() { Name = "Send test to chat" }).ClickAsync();

        await Expect(chat.GetByRole(AriaRole.Status)).ToContainTextAsync("The test was taken.");
        await Expect(chat).ToContainTextAsync(new Regex(@"Last proven \d+\ss ago by a test"));
        Assert.Empty(await AxeFaultsAsync(page));
    }

    [Fact]
    public async Task A_fire_drill_is_held_when_it_was_asked_for_twice()
    {
        var page = await OpenAsync("alerts/receivers");
        var drills = page.GetByRole(AriaRole.Region, new() { Name = "Fire drills" });

        await drills.GetByRole(AriaRole.Button, new() { Name = "Hold a drill now" }).ClickAsync();
        await Expect(drills.GetByRole(AriaRole.Status)).ToContainTextAsync("Each text says that it is a drill.");
        Assert.Empty(await AxeFaultsAsync(page));
        await drills.GetByRole(AriaRole.Button, new() { Name = "Send it to everybody" }).ClickAsync();

        await Expect(drills).ToContainTextAsync(new Regex("The last, .* ago, failed at 1 of 5 integrations"));
        await Expect(drills).ToContainTextAsync("webhook[0] of broken: ");
    }

    [Fact]
    public async Task A_test_that_is_refused_tells_the_answer()
    {
        var page = await OpenAsync("alerts/receivers?filter=broken");

        await page.GetByRole(AriaRole.Button, new() { Name = "Send test to broken" }).ClickAsync();

        var result = page.GetByRole(AriaRole.Region, new() { Name = "broken" }).GetByRole(AriaRole.Status);
        await Expect(result).ToContainTextAsync("The test was not taken.");
        await Expect(result).ToContainTextAsync("answered 403");
    }
}
