using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Notifying.Templates;

namespace Pharos.Server.Notifying;

/// <summary>Fields of any shape that a user hands on to a service: lists and mappings below names, each text a template.</summary>
/// <remarks>Kept as JSON text, so that two configurations are equal when their fields are.</remarks>
static class TemplatedFields
{
    /// <summary>What is written below a key, each name with its value as JSON.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(YamlSection section, string key) =>
        [.. section.Entries(key).Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)?.ToJsonString() ?? "null"))];

    /// <summary>A template's text as a value that is rendered as one.</summary>
    public static string Template(string template) => JsonValue.Create(template).ToJsonString();

    /// <summary>The value with each text rendered. A text that becomes a list, a mapping, a number, a truth value or nothing in YAML is sent as such.</summary>
    /// <returns>False: one of its texts fails.</returns>
    public static bool TryRender(string value, NotificationTexts texts, string field, out JsonNode? rendered)
    {
        var node = JsonNode.Parse(value);
        var isWhole = TextsIn(node).All(text => texts.TryField(text, out _, field));
        rendered = isWhole ? Render(node, texts) : null;
        return isWhole;
    }

    static IEnumerable<string> TextsIn(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => TextsIn(member.Value).Prepend(member.Key)),
        JsonArray items => items.SelectMany(TextsIn),
        JsonValue value when value.TryGetValue<string>(out var template) => [template],
        _ => [],
    };

    static JsonNode? Render(JsonNode? node, NotificationTexts texts)
    {
        switch (node)
        {
            case JsonObject members:
                var rendered = new JsonObject();
                foreach (var (name, member) in members) rendered[texts.Field(name)] = Render(member, texts);
                return rendered;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Render(item, texts))]);
            case JsonValue value when value.TryGetValue<string>(out var template):
                return Typed(texts.Field(template));
            default:
                return node?.DeepClone();
        }
    }

    static JsonNode? Typed(string text)
    {
        if (JsonFields.TryValue(text) is { } json) return json;
        if (text.Trim() is "" or "~" or "null" or "Null" or "NULL") return null;
        if (text[0] is not ('{' or '[')) return text;
        var faults = new List<Diagnostic>();
        var yaml = YamlReader.Read("", Encoding.UTF8.GetBytes(text), faults);
        return faults.Count == 0 && yaml is YamlMapping or YamlSequence ? ToJson(yaml) : text;
    }

    static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        YamlSequence list => new JsonArray([.. list.Items.Select(ToJson)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { IsPlain: true, Text: "true" or "false" } scalar => JsonValue.Create(scalar.Text == "true"),
        YamlScalar { IsPlain: true } scalar when long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        YamlScalar { IsPlain: true } scalar when IsNumber(scalar.Text, out var number) => JsonValue.Create(number),
        YamlScalar scalar => JsonValue.Create(scalar.Text),
        _ => null,
    };

    static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
