using System.Globalization;

namespace Shop;

/// <summary>What the shop answers: a page, products, search, orders and payments.</summary>
static class ShopEndpoints
{
    public static void MapShop(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => Results.File(Path.Combine(AppContext.BaseDirectory, "wwwroot", "index.html"), "text/html; charset=utf-8"));
        routes.MapGet("/api/products", async (Weather weather, CancellationToken aborted) =>
        {
            await weather.DelayAsync("products", 12, aborted);
            return Results.Json(OrderBook.Products);
        });
        routes.MapGet("/api/search", async (string? q, Weather weather, CancellationToken aborted) =>
        {
            await weather.DelayAsync("search", 45, aborted);
            return Results.Json(OrderBook.Products.Where(product => product.Name.Contains(q ?? "", StringComparison.OrdinalIgnoreCase)));
        });
        routes.MapGet("/api/orders/{id:long}", async (long id, OrderBook orders, Weather weather, CancellationToken aborted) =>
        {
            await weather.DelayAsync("order", 8, aborted);
            return orders.Find(id) is { } order ? Results.Json(order) : Results.NotFound(new { error = string.Create(CultureInfo.InvariantCulture, $"no order {id}") });
        });
        routes.MapPost("/api/orders", async (OrderRequest request, OrderBook orders, Weather weather, CancellationToken aborted) =>
        {
            await weather.DelayAsync("place", 30, aborted);
            if (weather.Fails("orders")) return Results.Json(new { error = "the stock service did not answer" }, statusCode: StatusCodes.Status500InternalServerError);
            return orders.Place(request.Product, request.Quantity) is { } order
                ? Results.Json(order, statusCode: StatusCodes.Status201Created)
                : Results.BadRequest(new { error = $"no product {request.Product}, or a quantity out of 1 to 100" });
        });
        routes.MapPost("/api/payments", async (PaymentRequest request, OrderBook orders, Weather weather, ShopMetrics metrics, CancellationToken aborted) =>
        {
            await weather.DelayAsync("pay", 90, aborted);
            if (orders.Find(request.OrderId) is not { } order) return Results.NotFound(new { error = string.Create(CultureInfo.InvariantCulture, $"no order {request.OrderId}") });
            if (weather.Fails("payments"))
            {
                metrics.PaymentFailed("provider_timeout");
                return Results.Json(new { error = "the payment provider timed out" }, statusCode: StatusCodes.Status502BadGateway);
            }
            metrics.Paid(order.Total);
            return Results.Json(new { order.Id, paid = order.Total });
        });
        // What is wrong just now, for people who want to watch it being found: POST /switches/payments?on=true
        routes.MapGet("/switches", (Weather weather) => Results.Json(weather.Switches));
        routes.MapPost("/switches/{name}", (string name, bool on, Weather weather) => weather.TrySwitch(name, on)
            ? Results.Json(weather.Switches)
            : Results.NotFound(new { error = $"no switch {name}; there are {string.Join(", ", weather.Switches.Keys)}" }));
    }
}

sealed record OrderRequest(string Product, int Quantity);

sealed record PaymentRequest(long OrderId);
