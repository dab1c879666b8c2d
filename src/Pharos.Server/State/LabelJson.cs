using System.Text.Json;
using Pharos.Model.Labels;

namespace Pharos.Server.State;

/// <summary>Labels as they are kept: an object of texts.</summary>
static class LabelJson
{
    public static void Write(Utf8JsonWriter json, LabelSet labels)
    {
        json.WriteStartObject();
        foreach (var (name, value) in labels) json.WriteString(name, value);
        json.WriteEndObject();
    }

    public static LabelSet Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        return LabelSet.From(json.RootElement.EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString() ?? "")));
    }
}
