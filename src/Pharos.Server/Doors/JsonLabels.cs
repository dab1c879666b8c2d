using System.Text.Json;
using Pharos.Model.Labels;

namespace Pharos.Server.Doors;

/// <summary>Label sets as JSON objects.</summary>
static class JsonLabels
{
    public static void WriteLabels(this Utf8JsonWriter json, string property, LabelSet labels)
    {
        json.WritePropertyName(property);
        json.WriteLabels(labels);
    }

    public static void WriteLabels(this Utf8JsonWriter json, LabelSet labels)
    {
        json.WriteStartObject();
        foreach (var (name, value) in labels) json.WriteString(name, value);
        json.WriteEndObject();
    }

    public static void WriteTexts(this Utf8JsonWriter json, string property, IEnumerable<string> texts)
    {
        json.WriteStartArray(property);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
