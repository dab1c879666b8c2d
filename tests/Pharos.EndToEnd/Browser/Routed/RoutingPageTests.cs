using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser.Routed;

public sealed class RoutingPageTests(RoutedStage stage) : PageTests<RoutedStage>(stage)
{
    [Fact]
    public async Task The_tree_shows_matchers_receivers_and_what_is_muted_now()
    {
        var page = await OpenAsync("alerts/routing");

        var tree = page.GetByRole(AriaRole.Region, new() { Name = "Routing tree" });
        await Expect(tree).ToContainTextAsync("5 routes");
        await Expect(tree).ToContainTextAsync("grouped by alertname, cluster; waits 200 ms, news every 1 s, repeats every 1 h");
        await Expect(tree.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "team=~\"db|storage\"" }).Last).ToContainTextAsync("each alert alone");
        await Expect(tree.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "severity=\"warning\"" }).Last).ToContainTextAsync("muted now by always");
    }

    [Theory]
    [InlineData("alertname=\"DiskFull\", severity=\"critical\", team=\"db\"")]
    [InlineData("""{"alertname": "DiskFull", "severity": "critical", "team": "db"}""")]
    public async Task Labels_that_are_pasted_show_their_way_and_the_address_holds_them(string labels)
    {
        var page = await OpenAsync("alerts/routing");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Labels of an alert" }).FillAsync(labels);
        await page.Keyboard.PressAsync("Enter");

        var way = page.GetByRole(AriaRole.Status, new() { Name = "The way it takes" });
        await Expect(way).ToContainTextAsync("It goes to db-team.");
        await Expect(way).ToContainTextAsync("not muted now");
        await Expect(way).ToContainTextAsync("silenced now");
        await Expect(way).ToContainTextAsync("The first notice comes after 200 ms");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Routing tree" }).Locator("[data-way=taken]")).ToContainTextAsync("db-team");
        await Expect(page).ToHaveURLAsync(new Regex("labels="));
    }

    [Fact]
    public async Task A_muted_way_says_so()
    {
        var page = await OpenAsync("alerts/routing?labels=severity%3Dwarning");

        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "The way it takes" })).ToContainTextAsync("muted now by always");
    }

    [Fact]
    public async Task Labels_that_cannot_be_read_are_told()
    {
        var page = await OpenAsync("alerts/routing?labels=severity");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This cannot be understood.");
    }
}
