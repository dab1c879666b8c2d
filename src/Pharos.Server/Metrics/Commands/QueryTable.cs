using System.Globalization;
using System.Text.Json;
using Pharos.Model.Labels;

namespace Pharos.Server.Metrics.Commands;

/// <summary>Prints the data of a query's answer for people: one line a series, or one block a series with a line a point.</summary>
static class QueryTable
{
    const string TimeForm = "yyyy-MM-dd HH:mm:ss.fff'Z'";

    public static void Print(JsonElement data, TextWriter output)
    {
        var result = data.GetProperty("result");
        switch (data.GetProperty("resultType").GetString())
        {
            case "scalar" or "string":
                output.WriteLine(result[1].GetString());
                break;
            case "vector":
                PrintVector(result, output);
                break;
            default:
                PrintMatrix(result, output);
                break;
        }
    }

    static void PrintVector(JsonElement result, TextWriter output)
    {
        var lines = result.EnumerateArray().Select(series => (Name: NameOf(series), Value: Value(series.TryGetProperty("value", out var value) ? value : series.GetProperty("histogram")))).ToList();
        if (lines.Count == 0)
        {
            output.WriteLine("no series");
            return;
        }
        var width = lines.Max(line => line.Name.Length);
        var valueWidth = lines.Max(line => line.Value.Length);
        foreach (var (name, value) in lines) output.WriteLine($"{name.PadRight(width)}  {value.PadLeft(valueWidth)}");
    }

    static void PrintMatrix(JsonElement result, TextWriter output)
    {
        if (result.GetArrayLength() == 0) output.WriteLine("no series");
        foreach (var series in result.EnumerateArray())
        {
            output.WriteLine(NameOf(series));
            foreach (var kind in (string[])["values", "histograms"])
            {
                if (!series.TryGetProperty(kind, out var points)) continue;
                foreach (var point in points.EnumerateArray()) output.WriteLine($"  {Time(point[0].GetDouble())}  {Value(point)}");
            }
        }
    }

    static string NameOf(JsonElement series) =>
        LabelSet.From(series.GetProperty("metric").EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString() ?? ""))).ToString();

    static string Value(JsonElement point)
    {
        var value = point[1];
        if (value.ValueKind == JsonValueKind.String) return value.GetString() ?? "";
        return $"histogram of {value.GetProperty("count").GetString()} observations, sum {value.GetProperty("sum").GetString()}";
    }

    static string Time(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(Math.Clamp(seconds, -6.2e10, 2.5e11) * 1000)).ToString(TimeForm, CultureInfo.InvariantCulture);
}
