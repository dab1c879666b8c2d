using Pharos.EndToEnd.Applications;

namespace Pharos.EndToEnd.Browser;

/// <summary>The sample service and a browser.</summary>
/// <remarks>Shared by the tests of one class: each switches back what it switched.</remarks>
public sealed class ShopStage : IAsyncLifetime, IStage
{
    readonly Chromium chromium = new();
    RunningShop? shop;

    public string Url => shop!.Client.BaseAddress!.AbsoluteUri;

    internal RunningShop Shop => shop!;

    public async ValueTask InitializeAsync()
    {
        Chromium.SkipWithoutBrowser();
        shop = await RunningShop.StartAsync();
        await chromium.StartAsync();
    }

    public Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options) => chromium.NewContextAsync(Url, options);

    public async ValueTask DisposeAsync()
    {
        await chromium.DisposeAsync();
        if (shop is not null) await shop.DisposeAsync();
    }
}
