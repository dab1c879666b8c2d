using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser.Routed;

public sealed class LedgerPageTests(RoutedStage stage) : PageTests<RoutedStage>(stage)
{
    [Fact]
    public async Task The_steps_of_an_alert_stand_under_their_day_with_their_time()
    {
        var page = await OpenAsync("alerts/ledger?filter=alertname%3DOutage");

        var steps = page.GetByRole(AriaRole.Region, new() { Name = "Today" }).GetByRole(AriaRole.Listitem);
        await Expect(steps.First).ToBeVisibleAsync();
        await Expect(steps.Filter(new() { HasText = "pager" }).First).ToHaveTextAsync(new Regex(@"\d\d:\d\d:\d\d\.\d\d\d"));
    }

    [Fact]
    public async Task An_alert_that_nobody_knows_is_told()
    {
        var page = await OpenAsync("alerts/ledger?filter=alertname%3DNoSuchAlert");

        await Expect(page.GetByText("Nothing happened in the last 6h")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Steps_are_narrowed_to_a_receiver_and_a_time_and_the_address_holds_both()
    {
        var page = await OpenAsync("alerts/ledger?receiver=broken&range=15m");
        var today = page.GetByRole(AriaRole.Region, new() { Name = "Today" });
        await Expect(today).ToContainTextAsync("403");
        await Expect(today.GetByRole(AriaRole.Link, new() { Name = "pager" })).ToHaveCountAsync(0);

        await page.GetByLabel("Until").FillAsync("2020-01-01T00:00");

        await Expect(page.GetByText("Nothing happened in the 15m before 2020-01-01 00:00:00")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("end=\\d+"));
    }
}
