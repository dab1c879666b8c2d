namespace Shop.Catalogue;

sealed record Product(string Name, decimal Price);

/// <summary>What is sold. It changes with the program.</summary>
static class Products
{
    public static readonly IReadOnlyList<Product> All =
    [
        new("lamp", 49.90m), new("lens", 219m), new("rope", 12.50m), new("compass", 34m), new("foghorn", 89m), new("chart", 19.95m), new("anchor", 310m), new("lantern", 64m),
    ];

    public static Product? Find(string name) => All.FirstOrDefault(product => product.Name == name);
}
