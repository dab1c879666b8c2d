namespace Shop;

sealed record Product(string Name, decimal Price);

sealed record Order(long Id, string Product, int Quantity, decimal Total);

/// <summary>The newest ten thousand orders. A sample service needs no more memory than that.</summary>
sealed class OrderBook
{
    const int Kept = 10_000;

    public static readonly IReadOnlyList<Product> Products =
    [
        new("lamp", 49.90m), new("lens", 219m), new("rope", 12.50m), new("compass", 34m), new("foghorn", 89m), new("chart", 19.95m), new("anchor", 310m), new("lantern", 64m),
    ];

    readonly Order?[] orders = new Order?[Kept];
    long lastId;

    /// <summary>Null: no such product, or a quantity out of bounds.</summary>
    public Order? Place(string product, int quantity)
    {
        if (quantity is < 1 or > 100 || Products.FirstOrDefault(candidate => candidate.Name == product) is not { } found) return null;
        var id = Interlocked.Increment(ref lastId);
        var order = new Order(id, found.Name, quantity, found.Price * quantity);
        orders[id % Kept] = order;
        return order;
    }

    public Order? Find(long id) => id > 0 && orders[id % Kept] is { } order && order.Id == id ? order : null;
}
