using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser;

/// <summary>What must hold for all pages alike. With PHAROS_SCREENSHOTS=FOLDER in the environment each page is also painted, for people to look at.</summary>
public sealed class EveryPageTests(Stage stage) : PageTests(stage)
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
    public Task In_light_it_is_accessible(string address, string text) => CheckAsync(address, text, isDark: false);

    [Theory]
    [MemberData(nameof(Pages))]
    public Task In_dark_it_is_accessible(string address, string text) => CheckAsync(address, text, isDark: true);

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task On_a_phone_nothing_hangs_over_the_edge(string address, string text)
    {
        var page = await OpenAsync(address, width: 390, height: 844);
        await Expect(page.Locator("main").GetByText(new Regex(Regex.Escape(text), RegexOptions.IgnoreCase)).First).ToBeAttachedAsync();
        await PaintAsync(page, address, "390-light");

        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

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
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("t");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Targets", Exact = true })).ToBeVisibleAsync();

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
        long bytes = 0;
        var elsewhere = new List<string>();
        page.RequestFinished += async (_, request) =>
        {
            if (!request.Url.StartsWith(Stage.Url, StringComparison.Ordinal)) elsewhere.Add(request.Url);
            if (!request.Url.Contains("/api/", StringComparison.Ordinal)) Interlocked.Add(ref bytes, (await request.SizesAsync()).ResponseBodySize);
        };

        await page.GotoAsync(Stage.Url, new() { WaitUntil = WaitUntilState.NetworkIdle });
        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "Verdict" })).ToBeVisibleAsync();

        Assert.Empty(elsewhere);
        Assert.InRange(Interlocked.Read(ref bytes), 50_000, 300_000);
    }

    async Task CheckAsync(string address, string text, bool isDark)
    {
        var faults = new List<string>();
        var page = await OpenAsync("about:blank", isDark);
        page.PageError += (_, error) => faults.Add(error);
        page.Console += (_, message) =>
        {
            // The page that is missing, and the query that does not parse, are answered with 404 and 400; browsers log those.
            if (message.Type == "error" && !Regex.IsMatch(message.Text, "status of (404|400)")) faults.Add(message.Text);
        };
        await page.GotoAsync(Stage.Url + address);
        await Expect(page.Locator("main").GetByText(new Regex(Regex.Escape(text), RegexOptions.IgnoreCase)).First).ToBeAttachedAsync();
        await PaintAsync(page, address, isDark ? "1440-dark" : "1440-light");

        var result = await page.RunAxe();

        faults.AddRange(result.Violations.Where(one => one.Impact is "serious" or "critical").Select(one => $"{one.Id}: {one.Help}\n  {string.Join("\n  ", one.Nodes.Select(node => node.Html))}"));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    static async Task PaintAsync(IPage page, string address, string kind)
    {
        if (Environment.GetEnvironmentVariable("PHAROS_SCREENSHOTS") is not { Length: > 0 } folder) return;
        var name = Regex.Replace(address.Length == 0 ? "home" : address, "[^a-z]+", "-", RegexOptions.IgnoreCase).Trim('-');
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.{kind}.png"), FullPage = true });
    }
}
