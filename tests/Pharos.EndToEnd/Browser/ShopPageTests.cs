using System.Net;
using System.Text.RegularExpressions;
using Pharos.EndToEnd.Answers;
using Pharos.EndToEnd.Applications;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser;

/// <summary>The sample service's page: it sells, it breaks and mends the service, and shows who was told.</summary>
public sealed class ShopPageTests(ShopStage stage) : PageTests<ShopStage>(stage), IClassFixture<ShopStage>
{
    [Fact]
    public Task In_light_it_is_accessible() => CheckAccessibleAsync("", "slow database", isDark: false);

    [Fact]
    public Task In_dark_it_is_accessible() => CheckAccessibleAsync("", "slow database", isDark: true);

    [Fact]
    public Task On_a_phone_nothing_hangs_over_the_edge() => CheckOnPhoneAsync("", "slow database");

    [Fact]
    public async Task Something_can_be_bought()
    {
        var page = await OpenAsync("");
        await Eventually.HoldsAsync(
            async () =>
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Buy: lamp" }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(new Regex("Thank you!|fails|declined|answer"));
                return Regex.IsMatch(await page.GetByRole(AriaRole.Status).InnerTextAsync(), "^Order [0-9]+: one lamp for \\$49\\.90\\. Thank you!$");
            },
            () => "one of a few payments goes through"); // One in a hundred does not: that is how shops are.

        Assert.Matches("\norder_value_dollars_sum [1-9]", await Stage.Shop.Client.GetStringAsync("metrics", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_switch_breaks_the_service_and_mends_it_again()
    {
        var page = await OpenAsync("");
        var button = page.GetByRole(AriaRole.Button, new() { Name = ": slow database" });
        await Expect(button).ToHaveTextAsync("Break");
        await button.ClickAsync();
        await Expect(button).ToHaveTextAsync("Mend");
        await Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.True(await SecondsOfAQueryAsync() >= 1.1);

        await page.ReloadAsync();
        await button.ClickAsync();
        await Expect(button).ToHaveTextAsync("Break");
        await Expect(button).ToHaveAttributeAsync("aria-pressed", "false");
        await Eventually.HoldsAsync(async () => await SecondsOfAQueryAsync() < 1.1, () => "queries are quick again");
    }

    [Fact]
    public async Task Who_was_told_comes_up_by_itself()
    {
        var page = await OpenAsync("");
        await Expect(page.GetByText("Nobody yet.")).ToBeVisibleAsync();

        var sent = await Stage.Shop.PostAsync("notifications", new { alerts = new[] { new { status = "firing", annotations = new { summary = "The <b>lamp</b> is out" } } } });

        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        await Expect(page.GetByText("The <b>lamp</b> is out")).ToBeVisibleAsync();
        await Expect(page.GetByText(new Regex("· firing$"))).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_crash_takes_the_service_down_and_the_page_says_so()
    {
        await using var shop = await RunningShop.StartAsync();
        var page = await OpenAsync(shop.Client.BaseAddress!.AbsoluteUri);

        await page.GetByRole(AriaRole.Button, new() { Name = "Crash: crash" }).ClickAsync();

        await shop.ExitCodeAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(new Regex("The shop is gone|Failed to fetch"));
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveClassAsync("alarm");
    }

    async Task<double> SecondsOfAQueryAsync()
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        await Stage.Shop.Client.GetAsync("api/orders/1", TestContext.Current.CancellationToken);
        return since.Elapsed.TotalSeconds;
    }
}
