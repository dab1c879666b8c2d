using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pharos.Server.Notifying;

/// <summary>Members of JSON objects that services expect to be left out when they are empty.</summary>
static class JsonFields
{
    /// <summary>Letters stay letters: what is sent as JSON never lands in a page.</summary>
    public static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteFilled(this Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0) json.WriteString(name, value);
    }

    /// <summary>A rendered text that is itself a JSON object, list, number or truth value; null when it is but a text.</summary>
    public static JsonNode? TryValue(string text)
    {
        try
        {
            return text.Length == 0 || text[0] == '"' ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member of an answer, as text; null when the answer is no JSON or lacks it.</summary>
    public static string? Member(string answer, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var member) ? member.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
