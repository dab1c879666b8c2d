using System.Net.Http.Json;
using System.Text.Json;

namespace Pharos.Server.Demo;

/// <summary>Some twenty requests a second to the sample service, of the kinds that customers make.</summary>
sealed class DemoLoad(Uri shop)
{
    static readonly TimeSpan MeanPause = TimeSpan.FromMilliseconds(180);
    const int Customers = 4;

    static readonly string[] Products = ["lamp", "lens", "rope", "compass", "foghorn", "chart", "anchor", "lantern"];

    /// <summary>Runs until cancelled; a service that does not answer is waited for.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(Enumerable.Range(0, Customers).Select(_ => CustomerAsync(cancellation)));

    async Task CustomerAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = shop, Timeout = TimeSpan.FromSeconds(10) };
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await VisitAsync(client, cancellation);
                await Task.Delay(MeanPause * (2 * Random.Shared.NextDouble()), cancellation);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), CancellationToken.None); // It is starting, or somebody stopped it to see what happens.
            }
            catch (OperationCanceledException)
            {
                // The end of the demo, or an answer that took too long.
            }
        }
    }

    static async Task VisitAsync(HttpClient client, CancellationToken cancellation)
    {
        var product = Products[Random.Shared.Next(Products.Length)];
        switch (Random.Shared.Next(10))
        {
            case < 4:
                (await client.GetAsync("/api/products", cancellation)).Dispose();
                break;
            case < 7:
                (await client.GetAsync($"/api/search?q={product[..2]}", cancellation)).Dispose();
                break;
            case 7:
                (await client.GetAsync($"/api/orders/{Random.Shared.Next(1, 400)}", cancellation)).Dispose();
                break;
            default:
                await BuyAsync(client, product, cancellation);
                break;
        }
    }

    static async Task BuyAsync(HttpClient client, string product, CancellationToken cancellation)
    {
        using var placed = await client.PostAsJsonAsync("/api/orders", new { product, quantity = Random.Shared.Next(1, 5) }, cancellation);
        if (!placed.IsSuccessStatusCode) return;
        using var order = JsonDocument.Parse(await placed.Content.ReadAsStreamAsync(cancellation));
        (await client.PostAsJsonAsync("/api/payments", new { orderId = order.RootElement.GetProperty("id").GetInt64() }, cancellation)).Dispose();
    }
}
