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
                if (one.TryGetProperty("value", out var value)) series.Add(labels, [Point(value)]);
                if (one.TryGetProperty("values", out var values)) series.Add(labels, [.. values.EnumerateArray().Select(Point)]);
                if (one.TryGetProperty("histogram", out var histogram)) series.Add(labels + " (histogram)", [.. Points(histogram)]);
                if (one.TryGetProperty("histograms", out var histograms)) series.Add(labels + " (histograms)", [.. histograms.EnumerateArray().SelectMany(Points)]);
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

    static (double Time, double Value) Point(JsonElement point) => (point[0].GetDouble(), Number(point[1]));

    /// <summary>All numbers of a native histogram, one after another.</summary>
    static IEnumerable<(double Time, double Value)> Points(JsonElement point)
    {
        var time = point[0].GetDouble();
        yield return (time, Number(point[1].GetProperty("count")));
        yield return (time, Number(point[1].GetProperty("sum")));
        if (!point[1].TryGetProperty("buckets", out var buckets)) yield break;
        foreach (var number in buckets.EnumerateArray().SelectMany(bucket => bucket.EnumerateArray())) yield return (time, number.ValueKind == JsonValueKind.Number ? number.GetDouble() : Number(number));
    }

    static double Number(JsonElement text) => text.GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        { } number => double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException(number),
        null => throw new FormatException("no value"),
    };
}
