using System.Globalization;

namespace Pharos.Bench.Compare;

/// <summary>Collects pairs of figures and prints them as a table.</summary>
sealed class RatioTable(string reference = "Prometheus")
{
    readonly List<(string Name, double Reference, double Ours, bool HigherIsBetter)> rows = [];

    public void Add(string name, double reference, double ours, bool higherIsBetter = false)
    {
        rows.Add((name, reference, ours, higherIsBetter));
        Console.Error.WriteLine(Row(rows[^1]));
    }

    public void Print()
    {
        Console.WriteLine($"| figure | {reference} | Pharos | Pharos / {reference} |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var row in rows) Console.WriteLine(Row(row));
    }

    static string Row((string Name, double Reference, double Ours, bool HigherIsBetter) row) =>
        string.Create(CultureInfo.InvariantCulture, $"| {row.Name} | {Figure(row.Reference)} | {Figure(row.Ours)} | {row.Ours / row.Reference:0.00}x{(row.HigherIsBetter ? " (higher is better)" : "")} |");

    static string Figure(double value) => value.ToString(value switch { >= 100 => "0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
