using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Alerting.Matching;

namespace Pharos.Server.Alerting.Persistence;

/// <summary>Labels and matchers as they are kept: an object of texts, and a list of matchers as Alertmanager prints them.</summary>
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

    public static void Write(Utf8JsonWriter json, IReadOnlyList<LabelMatcher> matchers)
    {
        json.WriteStartArray();
        foreach (var matcher in matchers)
        {
            json.WriteStartArray();
            json.WriteStringValue(matcher.Name);
            json.WriteStringValue(MatcherParser.Operator(matcher.Kind));
            json.WriteStringValue(matcher.Value);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    public static IReadOnlyList<LabelMatcher> ReadMatchers(string text)
    {
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(part => new LabelMatcher(Kind(part[1].GetString()), part[0].GetString()!, part[2].GetString()!))];
    }

    static MatchKind Kind(string? text) => text switch
    {
        "=" => MatchKind.Equal,
        "!=" => MatchKind.NotEqual,
        "=~" => MatchKind.Regex,
        _ => MatchKind.NotRegex,
    };
}
