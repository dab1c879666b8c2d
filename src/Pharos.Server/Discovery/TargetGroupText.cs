using System.Text.Json;
using Pharos.Model.Labels;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Pharos.Server.Discovery;

/// <summary>Reads target groups as files and HTTP answers hold them: a list of <c>{targets: [address], labels: {name: value}}</c>.</summary>
static class TargetGroupText
{
    /// <param name="source">What the groups' source begins with; the index is added.</param>
    /// <param name="added">Labels that every group gets.</param>
    /// <exception cref="FormatException">The text is not such a list; the message says where.</exception>
    public static IReadOnlyList<TargetGroup> ReadJson(ReadOnlyMemory<byte> utf8, string source, LabelSet added)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new() { MaxDepth = 8 });
            if (document.RootElement.ValueKind == JsonValueKind.Null) return [];
            return [.. Items(document.RootElement, "the text").Select((item, index) => ReadJsonGroup(item, index, source, added))];
        }
        catch (JsonException error)
        {
            throw new FormatException($"not valid JSON: {error.Message}");
        }
    }

    /// <exception cref="FormatException">The text is not such a list; the message says where.</exception>
    public static IReadOnlyList<TargetGroup> ReadYaml(string text, string source, LabelSet added)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new FormatException($"line {error.Start.Line}, column {error.Start.Column}: not valid YAML: {error.Message}");
        }
        if (stream.Documents.Count == 0) return [];
        var root = stream.Documents[0].RootNode;
        if (root is YamlScalarNode { Value: null or "" or "null" or "~" }) return [];
        if (root is not YamlSequenceNode list) throw Wrong(root, "expected a list of groups");
        return [.. list.Children.Select((item, index) => ReadYamlGroup(item, index, source, added))];
    }

    static TargetGroup ReadJsonGroup(JsonElement item, int index, string source, LabelSet added)
    {
        var where = $"group {index}";
        if (item.ValueKind != JsonValueKind.Object) throw new FormatException($"{where}: expected an object with \"targets\" and \"labels\"");
        var targets = new List<LabelSet>();
        var labels = new List<Label>();
        foreach (var property in item.EnumerateObject())
        {
            switch (property.Name)
            {
                case "targets":
                    targets.AddRange(Items(property.Value, where + ".targets").Select(target => AddressOf(Text(target, where + ".targets"))));
                    break;
                case "labels" when property.Value.ValueKind == JsonValueKind.Null:
                    break;
                case "labels":
                    if (property.Value.ValueKind != JsonValueKind.Object) throw new FormatException($"{where}.labels: expected an object");
                    labels.AddRange(property.Value.EnumerateObject().Select(label => new Label(CheckedName(label.Name, where), Text(label.Value, $"{where}.labels.{label.Name}"))));
                    break;
                default:
                    throw new FormatException($"{where}: unknown key \"{property.Name}\"; a group has \"targets\" and \"labels\"");
            }
        }
        return new($"{source}:{index}", LabelSet.From(labels).With(added), targets);
    }

    static IEnumerable<JsonElement> Items(JsonElement list, string where)
    {
        if (list.ValueKind == JsonValueKind.Null) return [];
        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw new FormatException($"{where}: expected a list");
    }

    static string Text(JsonElement value, string where) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException($"{where}: expected a text, found {value.GetRawText()}");

    static TargetGroup ReadYamlGroup(YamlNode item, int index, string source, LabelSet added)
    {
        if (item is not YamlMappingNode group) throw Wrong(item, "expected a group with \"targets\" and \"labels\"");
        var targets = new List<LabelSet>();
        var labels = new List<Label>();
        foreach (var (key, value) in group.Children)
        {
            switch ((key as YamlScalarNode)?.Value)
            {
                case "targets" when value is YamlSequenceNode list:
                    targets.AddRange(list.Children.Select(target => AddressOf(Text(target))));
                    break;
                case "labels" when value is YamlMappingNode map:
                    labels.AddRange(map.Children.Select(label => new Label(CheckedName(Text(label.Key), $"line {label.Key.Start.Line}"), Text(label.Value))));
                    break;
                case "targets" or "labels" when value is YamlScalarNode { Value: null or "" or "null" or "~" }:
                    break;
                case "targets":
                    throw Wrong(value, "targets: expected a list of addresses");
                case "labels":
                    throw Wrong(value, "labels: expected names with values");
                default:
                    throw Wrong(key, $"unknown key \"{key}\"; a group has \"targets\" and \"labels\"");
            }
        }
        return new($"{source}:{index}", LabelSet.From(labels).With(added), targets);
    }

    static string Text(YamlNode node) => node is YamlScalarNode scalar ? scalar.Value ?? "" : throw Wrong(node, "expected a text");

    static string CheckedName(string name, string where) => name.Length > 0 ? name : throw new FormatException($"{where}: a label has no name");

    static LabelSet AddressOf(string address) => LabelSet.From((TargetGroup.Address, address));

    static FormatException Wrong(YamlNode node, string message) => new($"line {node.Start.Line}, column {node.Start.Column}: {message}");
}
