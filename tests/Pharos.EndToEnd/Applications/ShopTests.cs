using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Pharos.EndToEnd.Applications;

public sealed class ShopTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_customer_orders_and_pays_once()
    {
        await using var shop = await RunningShop.StartAsync();

        await SellAsync(shop);

        var metrics = await shop.Client.GetStringAsync("metrics", Cancellation);
        Assert.Contains("\npayments_total 1\n", metrics);
        Assert.Contains("\norder_value_dollars_sum 99.8\n", metrics);
        Assert.Contains("http_requests_total{endpoint=\"/api/payments\",method=\"POST\",status=\"409\"} 1\n", metrics);
    }

    /// <summary>The metric names of the five guides that an application exposes itself.</summary>
    [Theory]
    [InlineData("http_requests_total")]
    [InlineData("http_request_duration_seconds")]
    [InlineData("http_requests_active")]
    [InlineData("auth_attempts_total")]
    [InlineData("auth_failures_total")]
    [InlineData("api_errors_total")]
    [InlineData("cache_hits_total")]
    [InlineData("cache_misses_total")]
    [InlineData("app_info")]
    [InlineData("db_query_duration_seconds")]
    [InlineData("db_connection_pool_size")]
    [InlineData("user_signups_total")]
    [InlineData("order_value_dollars")]
    [InlineData("payment_failures_total")]
    [InlineData("trades_processed_total")]
    [InlineData("pipeline_errors_total")]
    [InlineData("process_cpu_seconds_total")]
    [InlineData("process_resident_memory_bytes")]
    public async Task A_name_of_the_guides_is_on_its_metrics_page(string name)
    {
        var (families, _) = await UsedAsync();

        Assert.Contains(name, families);
    }

    [Fact]
    public async Task Labels_have_the_values_of_the_guides()
    {
        var (_, metrics) = await UsedAsync();

        foreach (var series in (string[])
        [
            "auth_attempts_total{result=\"success\"} 1", "auth_attempts_total{result=\"failed\"} 6", "auth_attempts_total{result=\"locked\"} 1",
            "auth_failures_total{reason=\"wrong_password\"} 5", "auth_failures_total{reason=\"user_not_found\"} 1", "auth_failures_total{reason=\"account_locked\"} 1",
            "cache_misses_total{cache_type=\"memory\"} 1", "cache_hits_total{cache_type=\"memory\"} 1",
            "trades_processed_total{transaction_type=\"buy\"} 1", "trades_processed_total{transaction_type=\"sell\"} 0",
            "user_signups_total 1", "pipeline_errors_total{error_type=\"bad_source\"} 1", "pipeline_records_processed_total 50",
        ])
        {
            Assert.Contains($"\n{series}\n", metrics);
        }
    }

    [Fact]
    public async Task A_switch_breaks_what_it_names_and_mends_it()
    {
        await using var shop = await RunningShop.StartAsync();

        await shop.SwitchAsync("failing-payments", on: true);
        for (var i = 0; i < 60 && await FailuresAsync(shop) == 0; i++) await PayAsync(shop);
        Assert.True(await FailuresAsync(shop) > 0, "sixty payments of which six in ten fail, and none did");

        await shop.SwitchAsync("failing-payments", on: false);
        await shop.SwitchAsync("slow-database", on: true);
        var since = System.Diagnostics.Stopwatch.StartNew();
        await shop.Client.GetAsync("api/orders/1", Cancellation);
        Assert.True(since.Elapsed.TotalSeconds >= 1.1);

        (await shop.Client.PostAsync("switches/crash", null, Cancellation)).EnsureSuccessStatusCode();
        Assert.Equal(137, await shop.ExitCodeAsync());
    }

    [Fact]
    public async Task Nobody_else_may_use_the_switches()
    {
        await using var shop = await RunningShop.StartAsync();
        foreach (var (header, value) in ((string, string)[])[("Host", "evil.example"), ("Host", "127.0.0.1.evil.example"), ("Origin", "http://evil.example"), ("Origin", "null")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "switches/crash");
            request.Headers.TryAddWithoutValidation(header, value);
            Assert.Equal(HttpStatusCode.Forbidden, (await shop.Client.SendAsync(request, Cancellation)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Client.PostAsync("switches/everything?on=true", null, Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await shop.Client.PostAsync("switches/leak?on=perhaps", null, Cancellation)).StatusCode);
        Assert.False(shop.HasEnded);
    }

    [Fact]
    public async Task Bad_input_is_refused_at_every_door_and_nothing_breaks()
    {
        await using var shop = await RunningShop.StartAsync();
        string[] bodies =
        [
            "", "{", "[]", "null", "\"x\"", "{\"product\": 5, \"orderId\": \"x\", \"email\": {}, \"transactionType\": []}", "{\"product\": null, \"quantity\": 1e99}",
            "{\"product\": \"lamp\", \"quantity\": 0}", "{\"product\": \"lamp\", \"quantity\": 101}", "{\"product\": \"'; DROP TABLE orders; --\", \"quantity\": 1}",
            "{\"orderId\": -1}", "{\"orderId\": 9223372036854775807}", "{\"transactionType\": \"give\", \"symbol\": \"SHIP\", \"quantity\": 1}", "{\"transactionType\": \"buy\", \"symbol\": \"sh\\u0000ip\", \"quantity\": 1}",
            "{\"email\": \"a\\nb@c\", \"password\": \"long enough\"}", "{\"email\": \"a@b\", \"password\": \"short\"}", new('[', 60_000),
        ];
        foreach (var door in (string[])["api/orders", "api/payments", "signup", "login", "trades"])
        {
            foreach (var body in bodies)
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                var status = (int)(await shop.Client.PostAsync(door, content, Cancellation)).StatusCode;
                Assert.True(status is 400 or 401 or 404, $"{door} answered {status} to {body[..Math.Min(80, body.Length)]}");
            }
            using var large = new StringContent($"\"{new string('x', 100_000)}\"", Encoding.UTF8, "application/json");
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await shop.Client.PostAsync(door, large, Cancellation)).StatusCode);
        }
        foreach (var path in (string[])["data/process?records=0", "data/process?records=-1", "data/process?records=100001", "data/process?records=x", $"api/search?q={new string('x', 101)}"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await shop.Client.GetAsync(path, Cancellation)).StatusCode);
        }
        await SellAsync(shop); // The tables are still there.
    }

    static async Task SellAsync(RunningShop shop)
    {
        for (var attempt = 0; attempt < 20; attempt++) // One order in 250 fails, one payment in a hundred: that is how shops are.
        {
            var placed = await shop.PostAsync("api/orders", new { product = "lamp", quantity = 2 });
            if (placed.StatusCode != HttpStatusCode.Created) continue;
            var id = (await placed.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetInt64();
            var paid = await shop.PostAsync("api/payments", new { orderId = id });
            if (paid.StatusCode != HttpStatusCode.OK) continue;
            Assert.Equal(99.8, (await paid.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("total").GetDouble());
            Assert.Equal(HttpStatusCode.Conflict, (await shop.PostAsync("api/payments", new { orderId = id })).StatusCode);
            return;
        }
        Assert.Fail("nothing could be sold");
    }

    static async Task PayAsync(RunningShop shop)
    {
        var placed = await shop.PostAsync("api/orders", new { product = "rope", quantity = 1 });
        if (placed.StatusCode != HttpStatusCode.Created) return;
        var id = (await placed.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetInt64();
        await shop.PostAsync("api/payments", new { orderId = id });
    }

    static async Task<double> FailuresAsync(RunningShop shop) => (await shop.Client.GetStringAsync("metrics", Cancellation)).Split('\n')
        .Where(line => line.StartsWith("payment_failures_total{", StringComparison.Ordinal)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A shop in which everything was used once; all tests of names read the same one.</summary>
    static readonly Lazy<Task<(IReadOnlyList<string> Families, string Metrics)>> Used = new(UseAsync);

    static Task<(IReadOnlyList<string> Families, string Metrics)> UsedAsync() => Used.Value;

    static async Task<(IReadOnlyList<string>, string)> UseAsync()
    {
        await using var shop = await RunningShop.StartAsync();
        await SellAsync(shop);
        await shop.PostAsync("signup", new { email = "grace@example.com", password = "nine furlongs" });
        await shop.PostAsync("login", new { email = "ada@example.com", password = "a lamp for every ship" });
        await shop.PostAsync("login", new { email = "nobody@example.com", password = "x" });
        for (var i = 0; i < 6; i++) await shop.PostAsync("login", new { email = "grace@example.com", password = "wrong" });
        await shop.Client.GetAsync("api/search?q=la");
        await shop.Client.GetAsync("api/search?q=LA");
        await shop.PostAsync("trades", new { transactionType = "buy", symbol = "SHIP", quantity = 3 });
        await shop.Client.GetAsync("trades");
        await shop.Client.GetAsync("data/process?records=50");
        await shop.Client.GetAsync("data/error");
        await shop.Client.GetAsync("test-error-alert");
        return (await shop.FamiliesAsync(), await shop.Client.GetStringAsync("metrics"));
    }
}
