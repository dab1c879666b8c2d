using System.Globalization;
using Shop.Catalogue;
using Shop.Operating;
using Shop.Storage;

namespace Shop.Orders;

/// <summary>Orders and their payment.</summary>
static class OrderEndpoints
{
    const int MostOfOne = 100;

    /// <summary>The newest are kept: a sample service needs no more.</summary>
    const long Kept = 10_000;

    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/orders/{id:long}", async (long id, ShopDatabase database, CancellationToken aborted) =>
            await FindAsync(database, id, aborted) is { } order ? Results.Json(order) : NoOrder(id));
        routes.MapPost("/api/orders", PlaceAsync);
        routes.MapPost("/api/payments", PayAsync);
    }

    static async Task<IResult> PlaceAsync(OrderRequest request, ShopDatabase database, Weather weather, CancellationToken aborted)
    {
        if (request.Product is null || Products.Find(request.Product) is not { } product) return Results.BadRequest(new { error = $"no such product; there are {string.Join(", ", Products.All.Select(one => one.Name))}" });
        if (request.Quantity is < 1 or > MostOfOne) return Results.BadRequest(new { error = $"quantity is out of 1 to {MostOfOne}" });
        await weather.DelayAsync("stock", 20, aborted);
        if (weather.StockServiceFails()) return Results.Json(new { error = "the stock service did not answer" }, statusCode: StatusCodes.Status500InternalServerError);
        var cents = (long)(product.Price * 100) * request.Quantity;
        var id = Convert.ToInt64(
            await database.ScalarAsync("INSERT INTO orders (product, quantity, total_cents) VALUES (@product, @quantity, @cents) RETURNING id", aborted, ("product", product.Name), ("quantity", request.Quantity), ("cents", cents)),
            CultureInfo.InvariantCulture);
        if (id % 1_000 == 0) await database.ExecuteAsync("DELETE FROM orders WHERE id <= @oldest", aborted, ("oldest", id - Kept));
        return Results.Json(new Order(id, product.Name, request.Quantity, cents / 100m, IsPaid: false), statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> PayAsync(PaymentRequest request, ShopDatabase database, Weather weather, ShopMetrics metrics, CancellationToken aborted)
    {
        if (await FindAsync(database, request.OrderId, aborted) is not { } order) return NoOrder(request.OrderId);
        if (order.IsPaid) return Results.Conflict(new { error = "the order is paid already" });
        await weather.DelayAsync("pay", 80, aborted);
        switch (weather.PaymentRefusal())
        {
            case null:
                break;
            case "card_declined":
                metrics.PaymentFailed("card_declined");
                return Results.Json(new { error = "the card was declined" }, statusCode: StatusCodes.Status402PaymentRequired);
            case var reason:
                metrics.PaymentFailed(reason);
                return Results.Json(new { error = "the payment provider does not answer" }, statusCode: StatusCodes.Status502BadGateway);
        }
        // Two payments at once: only one of them finds the order unpaid.
        if (await database.ExecuteAsync("UPDATE orders SET paid_cents = total_cents WHERE id = @id AND paid_cents = 0", aborted, ("id", order.Id)) == 0) return Results.Conflict(new { error = "the order is paid already" });
        metrics.Paid(order.Total);
        return Results.Json(order with { IsPaid = true });
    }

    static async Task<Order?> FindAsync(ShopDatabase database, long id, CancellationToken aborted) =>
        (await database.RowsAsync("SELECT id, product, quantity, total_cents, paid_cents FROM orders WHERE id = @id",
            row => new Order(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetInt64(3) / 100m, row.GetInt64(4) > 0), aborted, ("id", id))).FirstOrDefault();

    static IResult NoOrder(long id) => Results.NotFound(new { error = string.Create(CultureInfo.InvariantCulture, $"no order {id}") });
}

sealed record Order(long Id, string Product, int Quantity, decimal Total, bool IsPaid);

sealed record OrderRequest(string? Product, int Quantity);

sealed record PaymentRequest(long OrderId);
