using System.Text.Json;

namespace Pharos.EndToEnd.Api;

/// <summary>What a JSON value is made of, without its values: a line a path, such as <c>data.groups[].rules[].duration: number</c>.</summary>
/// <remarks>All elements of a list share one path, so that lists of different length have one shape. An empty list is a line of its own,
/// which any filled one takes the place of.</remarks>
static class JsonShape
{
    public static SortedSet<string> Of(JsonElement value)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        Collect(value, "", lines);
        return lines;
    }

    static void Collect(JsonElement value, string path, SortedSet<string> lines)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                lines.Add($"{path}: object");
                foreach (var property in value.EnumerateObject()) Collect(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", lines);
                break;
            case JsonValueKind.Array:
                lines.Add($"{path}: list");
                foreach (var element in value.EnumerateArray()) Collect(element, $"{path}[]", lines);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                lines.Add($"{path}: boolean");
                break;
            default:
                lines.Add($"{path}: {value.ValueKind.ToString().ToLowerInvariant()}");
                break;
        }
    }
}
