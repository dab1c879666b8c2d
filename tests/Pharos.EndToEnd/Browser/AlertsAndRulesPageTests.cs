using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser;

public sealed class AlertsAndRulesPageTests(Stage stage) : PageTests<Stage>(stage)
{
    [Fact]
    public async Task Alerts_stand_under_their_state_with_value_labels_and_annotations()
    {
        var page = await OpenAsync("alerts");

        var firing = page.GetByRole(AriaRole.Region, new() { Name = "Firing" });
        await Expect(firing).ToContainTextAsync("TargetGone");
        await Expect(firing).ToContainTextAsync("value 0");
        await Expect(firing).ToContainTextAsync($"instance={Stage.Gone}");
        await Expect(firing).ToContainTextAsync("gone does not answer");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Pending" })).ToContainTextAsync("TooWarm");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Inactive" })).ToContainTextAsync("TooCold");
    }

    [Fact]
    public async Task Alerts_are_filtered_and_the_address_holds_the_filter()
    {
        var page = await OpenAsync("alerts");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Firing" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("toowarm");

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Firing" })).ToHaveCountAsync(0);
        await Expect(page.GetByText("TooWarm")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/alerts/rules\\?filter=toowarm$"));
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Filter alerts" }).FillAsync("no such alert");
        await Expect(page.GetByText("No alert matches “no such alert”")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_alert_leads_to_its_expression()
    {
        var page = await OpenAsync("alerts");

        await page.GetByRole(AriaRole.Link, new() { Name = "up == 0" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Legend" })).ToContainTextAsync("job=\"gone\"");
    }

    [Fact]
    public async Task Rules_tell_their_last_evaluation_how_long_it_took_and_what_failed()
    {
        var page = await OpenAsync("rules");

        var good = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "job:up:avg" });
        await Expect(good).ToHaveTextAsync(new Regex(@"^ok.*\d+\ss ago.*(µs|ms)$", RegexOptions.Singleline));
        var broken = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "toys:joined" });
        await Expect(broken).ToContainTextAsync("fails");
        await Expect(broken).ToContainTextAsync("found duplicate series for the match group");
    }

    [Fact]
    public async Task Only_failing_rules_can_be_shown()
    {
        var page = await OpenAsync("rules");

        await page.GetByRole(AriaRole.Switch, new() { Name = "Only failing" }).CheckAsync(new() { Force = true }); // Its thumb lies over it.

        await Expect(page.GetByRole(AriaRole.Region)).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "broken" })).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("failing=1"));
    }
}
