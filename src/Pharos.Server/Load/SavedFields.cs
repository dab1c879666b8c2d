using System.Text.Json;

namespace Pharos.Server.Load;

/// <summary>Keeps fields of a JSON answer for later requests of the same visit.</summary>
static class SavedFields
{
    /// <summary>What was saved before and what this answer adds. A field that is not there, or an answer that is no JSON, adds nothing.</summary>
    /// <param name="wanted">Names, and fields as names joined by dots: <c>order.id</c>.</param>
    public static IReadOnlyDictionary<string, string> Add(IReadOnlyDictionary<string, string> before, IReadOnlyList<KeyValuePair<string, string>> wanted, ReadOnlyMemory<byte> json)
    {
        var all = new Dictionary<string, string>(before, StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var (name, field) in wanted)
            {
                if (Find(document.RootElement, field) is { } value) all[name] = value;
            }
        }
        catch (JsonException)
        {
            // The next request shows what is missing better than a count of its own could.
        }
        return all;
    }

    static string? Find(JsonElement element, string field)
    {
        foreach (var name in field.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return null;
        }
        return element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText();
    }
}
