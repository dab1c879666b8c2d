using System.Text.Json;

namespace Shop.Operating;

/// <summary>Stands for the people on call: takes what Alertmanager's webhook sends, and shows the newest on the page.</summary>
static class Notifications
{
    const int Kept = 20;
    const int LongestText = 300;

    public static void MapNotifications(this IEndpointRouteBuilder routes, TimeProvider time)
    {
        var newest = new LinkedList<object>();
        var group = routes.MapGroup("/notifications").AddEndpointFilter(LocalOnly.FilterAsync);
        group.MapGet("/", () =>
        {
            lock (newest) return Results.Json(newest.ToArray());
        });
        group.MapPost("/", (JsonElement sent) =>
        {
            if (sent.ValueKind != JsonValueKind.Object || !sent.TryGetProperty("alerts", out var alerts) || alerts.ValueKind != JsonValueKind.Array) return Results.BadRequest(new { error = "no list of alerts" });
            lock (newest)
            {
                foreach (var alert in alerts.EnumerateArray().Take(Kept)) newest.AddFirst(new { at = time.GetUtcNow(), status = Text(alert, "status"), text = Text(alert, "annotations", "summary") ?? Text(alert, "labels", "alertname") });
                while (newest.Count > Kept) newest.RemoveLast();
            }
            return Results.Ok();
        });
    }

    static string? Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        }
        return element.ValueKind == JsonValueKind.String && element.GetString() is { } text ? text[..Math.Min(LongestText, text.Length)] : null;
    }
}
