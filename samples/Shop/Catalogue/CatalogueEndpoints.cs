using Shop.Operating;

namespace Shop.Catalogue;

/// <summary>Products, and the search for them.</summary>
static class CatalogueEndpoints
{
    const int LongestQuestion = 100;

    public static void MapCatalogue(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/products", async (Weather weather, CancellationToken aborted) =>
        {
            await weather.DelayAsync("products", 12, aborted);
            return Results.Json(Products.All);
        });
        routes.MapGet("/api/search", async (string? q, SearchCache cache, Weather weather, CancellationToken aborted) =>
        {
            var question = (q ?? "").Trim().ToLowerInvariant();
            if (question.Length > LongestQuestion) return Results.BadRequest(new { error = $"q is longer than {LongestQuestion} characters" });
            var names = await cache.FindOrAddAsync(question, async () =>
            {
                await weather.DelayAsync("search", 45, aborted);
                return Products.All.Where(product => product.Name.Contains(question, StringComparison.Ordinal)).Select(product => product.Name);
            }, aborted);
            return Results.Json(names.Select(Products.Find));
        });
    }
}
