using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Pharos.EndToEnd.Answers;

namespace Pharos.EndToEnd.Applications;

/// <summary>The sample service on a real PostgreSQL and a real Redis, and what is left of it when they go.</summary>
public sealed class ShopStoresTests
{
    [Fact]
    public async Task Orders_are_in_PostgreSQL_searches_in_Redis_and_both_are_measured()
    {
        await using var postgres = await StoreServer.PostgreSqlAsync();
        await using var redis = await StoreServer.RedisAsync();
        await using var shop = await StartAsync(postgres, redis);

        for (var i = 0; i < 5; i++) await shop.PostAsync("api/orders", new { product = "lamp", quantity = 2 });
        for (var i = 0; i < 3; i++) await shop.Client.GetAsync("api/search?q=la", Cancellation);
        await shop.Client.GetAsync("api/orders/1", Cancellation);

        await using var direct = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var count = direct.CreateCommand("select count(*) from orders");
        Assert.InRange((long)(await count.ExecuteScalarAsync(Cancellation))!, 3, 5); // One order in 250 fails.
        var metrics = await MetricsAsync(shop);
        Assert.InRange(metrics["db_query_duration_seconds_count{query_type=\"insert\"}"], 3, 10);
        Assert.True(metrics["db_query_duration_seconds_count{query_type=\"select\"}"] >= 1);
        Assert.Equal(0, metrics["db_connection_pool_size{status=\"checked_out\"}"]);
        Assert.InRange(metrics["db_connection_pool_size{status=\"checked_in\"}"], 1, 20);
        Assert.Equal(0, metrics["db_connection_pool_size{status=\"overflow\"}"]);
        Assert.Equal((2, 1), (metrics["cache_hits_total{cache_type=\"redis\"}"], metrics["cache_misses_total{cache_type=\"redis\"}"]));
    }

    [Fact]
    public async Task Without_Redis_it_goes_on_and_says_so_and_without_its_database_it_is_not_ready()
    {
        await using var postgres = await StoreServer.PostgreSqlAsync();
        await using var redis = await StoreServer.RedisAsync();
        await using var shop = await StartAsync(postgres, redis);
        Assert.Equal("200 ready True True", await ReadinessAsync(shop));
        Assert.Equal(HttpStatusCode.OK, (await shop.Client.GetAsync("api/search?q=la", Cancellation)).StatusCode);

        await redis.DisposeAsync();
        await Eventually.HoldsAsync(async () => await ReadinessAsync(shop) == "200 ready True False", () => "the loss of Redis is seen, and costs no traffic");
        var found = await shop.Client.GetFromJsonAsync<JsonElement>("api/search?q=la", Cancellation);
        Assert.Equal("lamp", found[0].GetProperty("name").GetString());
        Assert.Contains(shop.Lines, line => line.Contains("The search cache in Redis cannot be used", StringComparison.Ordinal));
        Assert.Equal(0.5, (await MetricsAsync(shop))["health_check_status{check=\"redis\"}"]);

        await shop.SwitchAsync("slow-database", on: true);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Client.GetAsync("api/orders/4711", Cancellation)).StatusCode);
        await shop.SwitchAsync("slow-database", on: false);
        await Eventually.HoldsAsync(() => shop.Lines.Any(line => line.Contains("Slow query", StringComparison.Ordinal)), () => "a slow query is logged");
        await postgres.DisposeAsync();
        await Eventually.HoldsAsync(async () => await ReadinessAsync(shop) == "503 not_ready False False", () => "the loss of the database is seen");
        Assert.Equal(HttpStatusCode.InternalServerError, (await shop.Client.GetAsync("api/orders/1", Cancellation)).StatusCode);
        var metrics = await MetricsAsync(shop);
        Assert.Equal((0, 1), (metrics["health_check_status{check=\"database\"}"], metrics["api_errors_total{endpoint=\"/api/orders/{id:long}\",error_type=\"NpgsqlException\"}"]));
        Assert.Equal(HttpStatusCode.OK, (await shop.Client.GetAsync("health/live", Cancellation)).StatusCode);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static async Task<RunningShop> StartAsync(StoreServer postgres, StoreServer redis) => await RunningShop.StartAsync(
        "--ConnectionStrings:Shop", postgres.ConnectionString, "--ConnectionStrings:Redis", $"127.0.0.1:{redis.Port}", "--Pharos:Health:CacheFor", "0ms", "--Pharos:Database:SlowQuery", "1s");

    static async Task<string> ReadinessAsync(RunningShop shop)
    {
        using var answer = await shop.Client.GetAsync("health/ready", Cancellation);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        var checks = body.GetProperty("checks");
        return $"{(int)answer.StatusCode} {body.GetProperty("status").GetString()} {checks.GetProperty("database").GetBoolean()} {checks.GetProperty("redis").GetBoolean()}";
    }

    static async Task<IReadOnlyDictionary<string, double>> MetricsAsync(RunningShop shop) => (await shop.Client.GetStringAsync("metrics", Cancellation)).Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#')
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
