using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pharos.EndToEnd.Browser;

/// <summary>A test class that opens pages; each test's pages are closed with it, because open ones go on asking the server.</summary>
public abstract class PageTests<TStage>(TStage stage) : IAsyncDisposable
    where TStage : IStage
{
    readonly List<IBrowserContext> opened = [];

    protected TStage Stage => stage;

    /// <summary>Opens a page of the server in a fresh browser profile.</summary>
    /// <param name="address">Path and query below the server's root, such as <c>explore?q=up</c>.</param>
    protected async Task<IPage> OpenAsync(string address, bool isDark = false, int width = 1440, int height = 900)
    {
        var context = await stage.NewContextAsync(new()
        {
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = height },
        });
        opened.Add(context);
        var page = await context.NewPageAsync();
        await page.GotoAsync(address);
        return page;
    }

    /// <summary>Opens a page, waits for the text, and fails for each serious fault that axe finds and each error in the browser's console.</summary>
    /// <remarks>With PHAROS_SCREENSHOTS=FOLDER in the environment the page is also painted, for people to look at.</remarks>
    protected async Task CheckAccessibleAsync(string address, string text, bool isDark)
    {
        var faults = new List<string>();
        var page = await OpenAsync("about:blank", isDark);
        page.PageError += (_, error) => faults.Add(error);
        page.Console += (_, message) =>
        {
            // The page that is missing, and the query that does not parse, are answered with 404 and 400; browsers log those.
            if (message.Type == "error" && !Regex.IsMatch(message.Text, "status of (404|400)")) faults.Add(message.Text);
        };
        await page.GotoAsync(stage.Url + address);
        await Expect(TextOn(page, text)).ToBeAttachedAsync();
        await PaintAsync(page, address, isDark ? "1440-dark" : "1440-light");

        faults.AddRange(await AxeFaultsAsync(page));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    protected async Task CheckOnPhoneAsync(string address, string text)
    {
        var page = await OpenAsync(address, width: 390, height: 844);
        await Expect(TextOn(page, text)).ToBeAttachedAsync();
        await PaintAsync(page, address, "390-light");

        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await page.EvaluateAsync<string[]>(OverTheEdgeOfCards));
    }

    /// <summary>Elements that are drawn beyond the sides of their card, without a scroll bar of their own.</summary>
    const string OverTheEdgeOfCards =
        """
        () => [...document.querySelectorAll('main section *')].filter((element) => {
          const card = element.closest('section').getBoundingClientRect();
          const { left, right, width } = element.getBoundingClientRect();
          if (width <= 1 || (left >= card.left - 1 && right <= card.right + 1)) return false;
          for (let around = element.parentElement; around.tagName !== 'MAIN'; around = around.parentElement) {
            if (getComputedStyle(around).overflowX !== 'visible') return false;
          }
          return true;
        }).map((element) => element.outerHTML.slice(0, 200))
        """;

    /// <summary>What axe finds that keeps people from using the page as it is now.</summary>
    protected static async Task<IEnumerable<string>> AxeFaultsAsync(IPage page)
    {
        var result = await page.RunAxe();
        return result.Violations.Where(one => one.Impact is "serious" or "critical").Select(one => $"{one.Id}: {one.Help}\n  {string.Join("\n  ", one.Nodes.Select(node => node.Html))}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in opened) await context.CloseAsync();
        GC.SuppressFinalize(this);
    }

    static ILocator TextOn(IPage page, string text) => page.Locator("main").GetByText(new Regex(Regex.Escape(text), RegexOptions.IgnoreCase)).First;

    static async Task PaintAsync(IPage page, string address, string kind)
    {
        if (Environment.GetEnvironmentVariable("PHAROS_SCREENSHOTS") is not { Length: > 0 } folder) return;
        var name = Regex.Replace(address.Length == 0 ? "home" : address, "[^a-z]+", "-", RegexOptions.IgnoreCase).Trim('-');
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.{kind}.png"), FullPage = true });
    }
}
