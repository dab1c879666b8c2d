using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser.Routed;

public sealed class ActivePageTests(RoutedStage stage) : PageTests<RoutedStage>(stage)
{
    [Fact]
    public async Task Alerts_stand_in_their_groups_with_their_receiver()
    {
        var page = await OpenAsync("alerts");

        var group = page.GetByRole(AriaRole.Region, new() { Name = "Outage · cluster=eu1" });
        await Expect(group).ToContainTextAsync("1 alert for pager");
        await Expect(group).ToContainTextAsync("The shop answers nobody");
        await Expect(group).ToContainTextAsync("severity=critical");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "DiskFull · cluster=us1 · severity=critical · team=db" })).ToContainTextAsync("1 alert for db-team");
        // What notifies stands before what is held back.
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 }).Last).ToHaveTextAsync("HighLatency · cluster=eu1");
    }

    [Fact]
    public async Task What_is_held_back_tells_by_what()
    {
        var page = await OpenAsync("alerts?state=suppressed");

        await Expect(page.GetByText("silenced by mira: disk is being replaced")).ToBeVisibleAsync();
        await Expect(page.GetByText("inhibited by ClusterDown")).ToBeVisibleAsync();
        await Expect(page.GetByText("muted by always")).ToBeVisibleAsync();
        await Expect(page.GetByText("Outage")).ToHaveCountAsync(0);

        await page.GetByText("silenced by mira").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "disk is being replaced" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/alerts/silences/{Stage.SilenceId}$"));
    }

    [Fact]
    public async Task A_filter_is_completed_by_the_keyboard_and_kept_in_the_address()
    {
        var page = await OpenAsync("alerts");
        await Expect(page.GetByText("All 7")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("team");
        await Expect(page.GetByRole(AriaRole.Option)).ToHaveTextAsync([new Regex("team=\"db\"")]);
        Assert.Empty(await AxeFaultsAsync(page));
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync([new Regex("^DiskFull")]);
        await Expect(page).ToHaveURLAsync(new Regex("/alerts\\?filter=team%3D%22db%22$"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove team=\"db\"" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Filter alerts" }).FillAsync("severity=~\"warn.*\"");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync([new Regex("^HighLatency")]);
    }

    [Fact]
    public async Task A_filter_that_cannot_be_read_says_why()
    {
        var page = await OpenAsync("alerts");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Filter alerts" }).FillAsync("severity=\"critical");

        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByText("is not closed")).ToBeVisibleAsync();
        await Expect(page.GetByText("All 7")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Only_what_one_receiver_gets_can_be_shown()
    {
        var page = await OpenAsync("alerts?receiver=db-team");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync([new Regex("^DiskFull")]);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Receiver" }).ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = "catch-all" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync([new Regex("^ClusterDown")]);
    }

    [Fact]
    public async Task An_alert_leads_to_its_rule_its_expression_and_its_way()
    {
        var page = await OpenAsync("alerts?filter=alertname%3DOutage");
        await page.GetByRole(AriaRole.Link, new() { Name = "Rule", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/alerts/rules\\?filter=Outage$"));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Firing" })).ToContainTextAsync("vector(7)");

        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Explore", Exact = true }).Last.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/explore\\?q=vector%287%29$"));

        await page.GoBackAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Route", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "The way it takes" })).ToContainTextAsync("It goes to pager.");
    }

    [Fact]
    public async Task Home_tells_what_nobody_is_told_of()
    {
        var page = await OpenAsync("");

        var firing = page.GetByRole(AriaRole.Region, new() { Name = "Firing alerts" });
        await Expect(firing.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "DiskFull" })).ToContainTextAsync("silenced");
        await Expect(firing.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "PodsMissing" })).ToContainTextAsync("inhibited");
        await Expect(firing.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "HighLatency" })).ToContainTextAsync("muted");
        await Expect(firing.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Outage" })).Not.ToContainTextAsync("silenced");
        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "Verdict" })).ToContainTextAsync("more are held back");
    }

    [Fact]
    public async Task Links_in_messages_of_Alertmanager_lead_to_the_same()
    {
        var page = await OpenAsync("#/alerts?receiver=db-team");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 })).ToHaveTextAsync([new Regex("^DiskFull")]);

        await page.GotoAsync($"{Stage.Url}#/silences/new?filter=%7Balertname%3D%22Outage%22%2C%20cluster%3D~%22eu.%22%7D");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove cluster=~\"eu.\"" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "It will hold back" })).ToContainTextAsync("Outage");
    }
}
