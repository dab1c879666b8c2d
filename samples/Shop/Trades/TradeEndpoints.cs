using Shop.Operating;
using Shop.Storage;

namespace Shop.Trades;

/// <summary>Buys and sells of shares in ships, for the customers to whom a lamp is not enough.</summary>
static class TradeEndpoints
{
    const int Shown = 50;
    const int MostShares = 1_000_000;

    public static void MapTrades(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/trades", ListAsync);
        routes.MapPost("/trades", TradeAsync);
    }

    static async Task<IResult> ListAsync(ShopDatabase database, CancellationToken aborted)
    {
        using var whole = ShopMetrics.Spans.StartActivity("get_trades");
        var rows = await database.RowsAsync($"SELECT id, transaction_type, symbol, quantity FROM trades ORDER BY id DESC LIMIT {Shown}",
            row => new Trade(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3)), aborted);
        using var processing = ShopMetrics.Spans.StartActivity("process_results");
        return Results.Json(new { trades = rows, net = rows.Sum(trade => (long)(trade.TransactionType == "buy" ? trade.Quantity : -trade.Quantity)) });
    }

    static async Task<IResult> TradeAsync(TradeRequest request, ShopDatabase database, ShopMetrics metrics, CancellationToken aborted)
    {
        if (request.TransactionType is not ("buy" or "sell")) return Results.BadRequest(new { error = "transactionType is neither buy nor sell" });
        if (request.Symbol is not { Length: >= 1 and <= 8 } symbol || !symbol.All(char.IsAsciiLetterUpper)) return Results.BadRequest(new { error = "symbol is not 1 to 8 letters A to Z" });
        if (request.Quantity is < 1 or > MostShares) return Results.BadRequest(new { error = $"quantity is out of 1 to {MostShares}" });
        await database.ExecuteAsync("INSERT INTO trades (transaction_type, symbol, quantity) VALUES (@type, @symbol, @quantity)", aborted,
            ("type", request.TransactionType), ("symbol", symbol), ("quantity", request.Quantity));
        metrics.Traded(request.TransactionType);
        return Results.Json(request, statusCode: StatusCodes.Status201Created);
    }
}

sealed record Trade(long Id, string TransactionType, string Symbol, int Quantity);

sealed record TradeRequest(string? TransactionType, string? Symbol, int Quantity);
