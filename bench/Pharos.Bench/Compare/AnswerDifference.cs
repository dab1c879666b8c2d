using System.Globalization;
using System.Text.Json;

namespace Pharos.Bench.Compare;

/// <summary>Compares two answers of the query API: the same series with the same values, within 1e-9.</summary>
static class AnswerDifference
{
    /// <returns>Null when they are equal.</returns>
    public static string? Of(string reference, string ours)
    {
        if (reference.Length == 0 || reference[0] != '{' || ours.Length == 0 || ours[0] != '{') return $"{Head(reference)} / {Head(ours)}";
        var (left, right) = (Series(reference), Series(ours));
        if (left.Count != right.Count) return string.Create(CultureInfo.InvariantCulture, $"{left.Count} and {right.Count} series");
        foreach (var (labels, points) in left)
        {
            if (!right.TryGetValue(labels, out var others)) return $"{labels} is missing";
            if (points.Count != others.Count) return string.Create(CultureInfo.InvariantCulture, $"{labels}: {points.Count} and {others.Count} points");
            for (var i = 0; i < points.Count; i++)
            {
                if (points[i].Time != others[i].Time) return $"{labels}: other times";
                if (!Near(points[i].Value, others[i].Value)) return string.Create(CultureInfo.InvariantCulture, $"{labels}: {points[i].Value} and {others[i].Value}");
            }
        }
        return null;
    }

    /// <summary>Compares two answers whose data is a list of texts or of label sets, in any order.</summary>
    /// <returns>Null when they are equal.</returns>
    public static string? OfLists(string reference, string ours)
    {
        if (reference.Length == 0 || reference[0] != '{' || ours.Length == 0 || ours[0] != '{') return $"{Head(reference)} / {Head(ours)}";
        var (left, right) = (Items(reference), Items(ours));
        if (left.Count != right.Count) return string.Create(CultureInfo.InvariantCulture, $"{left.Count} and {right.Count} items");
        return left.SetEquals(right) ? null : $"{left.Except(right).First()} is missing";
    }

    static HashSet<string> Items(string body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("data").EnumerateArray().Select(Item).ToHashSet(StringComparer.Ordinal);
    }

    static string Item(JsonElement item) => item.ValueKind == JsonValueKind.Object ? Labels(item) : item.GetString()!;

    static string Labels(JsonElement set) =>
        string.Join(',', set.EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}"));

    static string Head(string text) => text.Length <= 120 ? text : text[..120];

    static bool Near(double left, double right) => left.Equals(right) || Math.Abs(left - right) <= 1e-9 * Math.Max(Math.Abs(left), Math.Abs(right));

    static Dictionary<string, List<(double Time, double Value)>> Series(string body)
    {
        using var document = JsonDocument.Parse(body);
        var result = document.RootElement.GetProperty("data").GetProperty("result");
        var all = new Dictionary<string, List<(double, double)>>(StringComparer.Ordinal);
        foreach (var series in result.EnumerateArray())
        {
            var labels = Labels(series.GetProperty("metric"));
            var points = series.TryGetProperty("values", out var values) ? values.EnumerateArray().Select(Point).ToList() : [Point(series.GetProperty("value"))];
            all[labels] = points;
        }
        return all;
    }

    static (double, double) Point(JsonElement pair)
    {
        var text = pair[1].GetString()!;
        var value = text switch { "NaN" => double.NaN, "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => double.Parse(text, CultureInfo.InvariantCulture) };
        return (pair[0].GetDouble(), value);
    }
}
