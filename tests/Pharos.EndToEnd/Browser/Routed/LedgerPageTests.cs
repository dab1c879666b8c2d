using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser.Routed;

public sealed class LedgerPageTests(RoutedStage stage) : PageTests<RoutedStage>(stage)
{
    [Fact]
    public async Task The_first_line_says_that_somebody_was_paged_and_the_steps_say_how()
    {
        var page = await OpenAsync("alerts/ledger?filter=alertname%3DOutage");

        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "Why" })).ToContainTextAsync("pager");
        var steps = page.GetByRole(AriaRole.Region, new() { NameRegex = new("Today|Yesterday") }).First.GetByRole(AriaRole.Listitem);
        await Expect(steps.First).ToBeVisibleAsync();
        await Expect(steps.Filter(new() { HasText = "pager" }).First).ToHaveTextAsync(new Regex(@"\d\d:\d\d:\d\d\.\d\d\d"));
    }

    [Theory]
    [InlineData("DiskFull", "silence")]
    [InlineData("PodsMissing", "inhibited")]
    [InlineData("HighLatency", "quiet at this time")]
    [InlineData("Unheard", "broken")]
    public async Task The_first_line_says_why_nobody_was_paged(string alert, string reason)
    {
        var page = await OpenAsync($"alerts/ledger?filter=alertname%3D{alert}");

        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "Why" })).ToContainTextAsync(new Regex(reason, RegexOptions.IgnoreCase));
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
        var today = page.GetByRole(AriaRole.Region, new() { NameRegex = new("Today|Yesterday") }).First;
        await Expect(today).ToContainTextAsync("403");
        await Expect(today.GetByRole(AriaRole.Link, new() { Name = "pager" })).ToHaveCountAsync(0);

        await page.GetByLabel("Until").FillAsync("2020-01-01T00:00");

        await Expect(page.GetByText("Nothing happened in the 15m before 2020-01-01 00:00:00")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("end=\\d+"));
    }
}
