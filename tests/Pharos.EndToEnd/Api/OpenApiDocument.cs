using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pharos.Model.Diagnostics;
using Pharos.Server.Config.Yaml;

namespace Pharos.EndToEnd.Api;

/// <summary>An OpenAPI 3.1 document, as far as it is needed to judge answers: types, keys, lists, choices, fixed words.</summary>
sealed class OpenApiDocument
{
    readonly YamlMapping root;

    OpenApiDocument(YamlMapping root) => this.root = root;

    public static OpenApiDocument Read(string path)
    {
        var diagnostics = new List<Diagnostic>();
        var root = YamlReader.Read(path, File.ReadAllBytes(path), diagnostics);
        Assert.Empty(diagnostics);
        return new((YamlMapping)root!);
    }

    /// <summary>What is wrong with an answer of <c>/api/v1/PATH</c>, a line a fault; a path that the document does not have is one.</summary>
    public List<string> Faults(string method, string path, int status, JsonElement answer)
    {
        var faults = new List<string>();
        var operation = ((YamlMapping)root.Find("paths")!.Value).Entries.FirstOrDefault(entry => IsMatch(entry.Key.Text, "/" + path))?.Value as YamlMapping;
        var responses = Step(operation, method, "responses");
        var response = Step(responses, status.ToString(CultureInfo.InvariantCulture)) ?? Step(responses, "default");
        if (Step(response, "content", "application/json", "schema") is not { } schema) faults.Add($"{method} {path}: the document has no answer {status} of it");
        else Check(schema, answer, "", faults);
        return faults;
    }

    void Check(YamlMapping schema, JsonElement value, string place, List<string> faults)
    {
        if (Step(schema, "$ref") is null && schema.Find("$ref")?.Value is YamlScalar reference)
        {
            Check(Step(root, reference.Text.Split('/')[1..])!, value, place, faults);
            return;
        }
        if ((schema.Find("anyOf") ?? schema.Find("oneOf"))?.Value is YamlSequence choices)
        {
            var tries = choices.Items.OfType<YamlMapping>().Select(choice => Collect(choice, value, place)).ToList();
            if (tries.TrueForAll(one => one.Count > 0)) faults.Add($"{place}: fits none of {tries.Count} forms: {string.Join(" / ", tries.Select(one => one[0]))}");
            return;
        }
        if (schema.Find("type")?.Value is YamlScalar type && !HasType(type.Text, value))
        {
            faults.Add($"{place}: {value.ValueKind} instead of {type.Text}");
            return;
        }
        if (schema.Find("enum")?.Value is YamlSequence words && !words.Items.OfType<YamlScalar>().Any(word => word.Text == value.ToString())) faults.Add($"{place}: \"{value}\" is none of its words");
        if (value.ValueKind == JsonValueKind.Object) CheckObject(schema, value, place, faults);
        if (value.ValueKind == JsonValueKind.Array) CheckList(schema, value, place, faults);
    }

    void CheckObject(YamlMapping schema, JsonElement value, string place, List<string> faults)
    {
        var properties = Step(schema, "properties");
        if (schema.Find("required")?.Value is YamlSequence required)
        {
            foreach (var name in required.Items.OfType<YamlScalar>().Where(name => !value.TryGetProperty(name.Text, out _))) faults.Add($"{place}: no \"{name.Text}\"");
        }
        var others = schema.Find("additionalProperties")?.Value;
        foreach (var property in value.EnumerateObject())
        {
            if (Step(properties, property.Name) is { } known) Check(known, property.Value, $"{place}.{property.Name}", faults);
            else if (others is YamlMapping other) Check(other, property.Value, $"{place}.{property.Name}", faults);
            else if (others is YamlScalar { Text: "false" }) faults.Add($"{place}: unknown key \"{property.Name}\"");
        }
    }

    void CheckList(YamlMapping schema, JsonElement value, string place, List<string> faults)
    {
        var count = value.GetArrayLength();
        if (schema.Find("minItems")?.Value is YamlScalar least && count < int.Parse(least.Text, CultureInfo.InvariantCulture)) faults.Add($"{place}: {count} items; at least {least.Text}");
        if (schema.Find("maxItems")?.Value is YamlScalar most && count > int.Parse(most.Text, CultureInfo.InvariantCulture)) faults.Add($"{place}: {count} items; at most {most.Text}");
        if (Step(schema, "items") is not { } items) return;
        foreach (var item in value.EnumerateArray()) Check(items, item, $"{place}[]", faults);
    }

    List<string> Collect(YamlMapping schema, JsonElement value, string place)
    {
        var faults = new List<string>();
        Check(schema, value, place, faults);
        return faults;
    }

    static bool HasType(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "a type that this reader of schemas does not know"),
    };

    static bool IsMatch(string template, string path) => Regex.IsMatch(path, $"^{Regex.Replace(template, "{[^}]+}", "[^/]+")}$", RegexOptions.None, TimeSpan.FromMinutes(1));

    /// <summary>The mapping below some keys, or null.</summary>
    static YamlMapping? Step(YamlMapping? from, params string[] keys)
    {
        foreach (var key in keys) from = from?.Find(key)?.Value as YamlMapping;
        return from;
    }
}
