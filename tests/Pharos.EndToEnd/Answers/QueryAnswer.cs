using System.Globalization;
using System.Text.Json;

namespace Pharos.EndToEnd.Answers;

/// <summary>The answer to a query as series of points, comparable between servers whatever the order of series.</summary>
sealed record QueryAnswer(string Kind, SortedDictionary<string, IReadOnlyList<(double Time, double Value)>> Series)
{
    public static async Task<QueryAnswer> AskAsync(HttpClient client, string path, Dictionary<string, string> form)
    {
        using var response = await client.PostAsync($"/api/v1/{path}", new FormUrlEncodedContent(form));
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        if (!document.RootElement.TryGetProperty("data", out var data)) return new($"error: {document.RootElement.GetProperty("errorType")}", []);
        var kind = data.GetProperty("resultType").GetString()!;
        var result = data.GetProperty("result");
        var series = new SortedDictionary<string, IReadOnlyList<(double, double)>>(StringComparer.Ordinal);
        if (kind is "scalar" or "string") series.Add("", [Point(result)]);
        else
        {
            foreach (var one in result.EnumerateArray())
            {
                var labels = string.Join(',', one.GetProperty("metric").EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}"));
                series.Add(labels, one.TryGetProperty("value", out var value) ? [Point(value)] : [.. one.GetProperty("values").EnumerateArray().Select(Point)]);
            }
        }
        return new(kind, series);
    }

    /// <summary>What is different, or null. Values may differ by 1e-9 of their size.</summary>
    public string? DifferenceFrom(QueryAnswer expected)
    {
        if (Kind != expected.Kind) return $"{Kind} instead of {expected.Kind}";
        var missing = expected.Series.Keys.Except(Series.Keys).ToList();
        var more = Series.Keys.Except(expected.Series.Keys).ToList();
        if (missing.Count + more.Count > 0) return $"missing {{{string.Join(" | ", missing)}}}, not expected {{{string.Join(" | ", more)}}}";
        foreach (var (labels, points) in Series)
        {
            var wanted = expected.Series[labels];
            if (points.Count != wanted.Count) return $"{{{labels}}}: {points.Count} points instead of {wanted.Count}";
            for (var i = 0; i < points.Count; i++)
            {
                if (Math.Abs(points[i].Time - wanted[i].Time) > 1e-6 || !AreEqual(points[i].Value, wanted[i].Value)) return $"{{{labels}}}: {points[i]} instead of {wanted[i]}";
            }
        }
        return null;
    }

    static bool AreEqual(double left, double right) =>
        left.Equals(right) || Math.Abs(left - right) <= 1e-9 * Math.Max(Math.Abs(left), Math.Abs(right)) || (Math.Abs(left) < 1e-12 && Math.Abs(right) < 1e-12);

    static (double Time, double Value) Point(JsonElement point) => (point[0].GetDouble(), point[1].GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        { } text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException(text),
        null => throw new FormatException("no value"),
    });
}
