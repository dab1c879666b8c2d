namespace Pharos.EndToEnd.Browser;

/// <summary>A test class that opens pages; each test's pages are closed with it, because open ones go on asking the server.</summary>
public abstract class PageTests(Stage stage) : IAsyncDisposable
{
    readonly List<IBrowserContext> opened = [];

    protected Stage Stage => stage;

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

    public async ValueTask DisposeAsync()
    {
        foreach (var context in opened) await context.CloseAsync();
        GC.SuppressFinalize(this);
    }
}
