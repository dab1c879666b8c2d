using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Pharos.EndToEnd.Answers;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser;

/// <summary>What must hold for all pages alike.</summary>
public sealed class EveryPageTests(Stage stage) : PageTests<Stage>(stage)
{
    /// <summary>Address, and a text that is there when the page has its data.</summary>
    public static TheoryData<string, string> Pages { get; } = new()
    {
        { "", "gone does not answer" },
        { "explore?q=rate(toy_requests_total[1m])&range=5m", "code=\"500\"" },
        { "explore?q=up&tab=table", "job=\"toy\"" },
        { "explore?q=sum(", "parse error" },
        { "explore", "Write a query" },
        { "alerts", "TooCold" },
        { "alerts/rules", "TooCold" },
        { "alerts/silences", "Alerts are not routed here" },
        { "rules", "toys:joined" },
        { "targets", "refused" },
        { "status", "in force" },
        { "status/findings", "Findings" },
        { "status/config", "job_name" },
        { "status/flags", "--storage.tsdb.path" },
        { "status/cardinality", "toy_many" },
        { "status/blocks", "Blocks on disk" },
        { "no/such/page", "There is nothing at /no/such/page" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public Task In_light_it_is_accessible(string address, string text) => CheckAccessibleAsync(address, text, isDark: false);

    [Theory]
    [MemberData(nameof(Pages))]
    public Task In_dark_it_is_accessible(string address, string text) => CheckAccessibleAsync(address, text, isDark: true);

    [Theory]
    [MemberData(nameof(Pages))]
    public Task On_a_phone_nothing_hangs_over_the_edge(string address, string text) => CheckOnPhoneAsync(address, text);

    [Fact]
    public async Task On_a_phone_the_menu_leads_everywhere_and_what_is_wrong_stays_in_sight()
    {
        var page = await OpenAsync("status", width: 390, height: 844);
        await Expect(page.GetByText("1 firing").First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" }).GetByRole(AriaRole.Link, new() { Name = "Rules" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Rules", Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Keys_go_to_pages_and_a_list_tells_them()
    {
        var page = await OpenAsync("");
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" })).ToBeVisibleAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                await page.Keyboard.PressAsync("g");
                await page.Keyboard.PressAsync("t"); // On a slow machine perhaps too late after the other.
                return await page.GetByRole(AriaRole.Heading, new() { Name = "Targets", Exact = true }).IsVisibleAsync();
            },
            () => "the keys lead to the targets");

        await page.Keyboard.PressAsync("?");

        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToContainTextAsync("Go to Explore");
    }

    [Fact]
    public async Task The_choice_of_light_or_dark_is_kept()
    {
        var page = await OpenAsync("", isDark: true);
        var root = page.Locator("html");
        await Expect(root).ToHaveAttributeAsync("data-mantine-color-scheme", "dark");

        await page.GetByRole(AriaRole.Button, new() { Name = "Colours: as the system" }).ClickAsync();
        await Expect(root).ToHaveAttributeAsync("data-mantine-color-scheme", "light");

        await page.ReloadAsync();
        await Expect(root).ToHaveAttributeAsync("data-mantine-color-scheme", "light");
    }

    [Fact]
    public async Task The_first_load_is_at_most_300_kB_on_the_wire_and_all_of_it_comes_from_here()
    {
        var page = await OpenAsync("about:blank");
        var elsewhere = new ConcurrentQueue<string>();
        var sizes = new ConcurrentQueue<Task<RequestSizesResult>>();
        page.RequestFinished += (_, request) =>
        {
            if (!request.Url.StartsWith(Stage.Url, StringComparison.Ordinal)) elsewhere.Enqueue(request.Url);
            if (!request.Url.Contains("/api/", StringComparison.Ordinal)) sizes.Enqueue(request.SizesAsync());
        };

        await page.GotoAsync(Stage.Url, new() { WaitUntil = WaitUntilState.NetworkIdle });
        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "Verdict" })).ToBeVisibleAsync();

        Assert.Empty(elsewhere);
        Assert.InRange((await Task.WhenAll(sizes)).Sum(size => size.ResponseBodySize), 50_000, 300_000);
    }
}
