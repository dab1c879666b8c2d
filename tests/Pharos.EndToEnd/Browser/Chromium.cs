using Pharos.Server.Hosting.Web;


namespace Pharos.EndToEnd.Browser;

/// <summary>The browser that shows the pages of one stage.</summary>
sealed class Chromium : IAsyncDisposable
{
    IPlaywright? playwright;
    IBrowser? browser;

    static float PatienceMs => (float)Patience.Limit.TotalMilliseconds;

    static string ProgramPath => Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? named : "/usr/bin/chromium";

    /// <summary>Skips the test where there is no browser, or no page of the server for it to show.</summary>
    public static void SkipUnlessThere()
    {
        Assert.SkipWhen(WebFiles.Embedded.Find("index.html") is null, "The server was built without its pages (PHAROS_WEB=0).");
        SkipWithoutBrowser();
    }

    public static void SkipWithoutBrowser()
    {
        Assert.SkipUnless(File.Exists(ProgramPath), $"There is no Chromium at {ProgramPath}; set CHROMIUM to its path.");
    }

    public async Task StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = ProgramPath, Timeout = PatienceMs });
    }

    /// <summary>A fresh browser profile whose relative addresses lie below <paramref name="url"/>.</summary>
    public async Task<IBrowserContext> NewContextAsync(string url, BrowserNewContextOptions options)
    {
        options.BaseURL = url;
        var context = await browser!.NewContextAsync(options);
        context.SetDefaultTimeout(PatienceMs);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
