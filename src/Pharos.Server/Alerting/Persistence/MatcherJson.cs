using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Persistence;

/// <summary>Matchers as they are kept: a list of name, operator and value, as Alertmanager prints them.</summary>
static class MatcherJson
{
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

    public static IReadOnlyList<LabelMatcher> Read(string text)
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
