using System.Text;
using Pharos.AspNetCore.Metrics.Instruments;

namespace Pharos.AspNetCore.Metrics.Exposition;

/// <summary>What every scrape writes of a family, made once: its head in each format, and the names of its lines.</summary>
sealed class FamilyText
{
    public FamilyText(string name, string help, string unit, InstrumentShape shape, double[] bounds, bool hasCreated = false)
    {
        var type = shape switch { InstrumentShape.Counter => "counter", InstrumentShape.Histogram => "histogram", _ => "gauge" };
        var family = FamilyName(name, shape);
        var line = help.Replace("\r", "", StringComparison.Ordinal);
        PlainHead = Encoding.UTF8.GetBytes($"# HELP {name} {ExpositionText.Escape(line, withQuotes: false)}\n# TYPE {name} {type}\n");
        var unitLine = unit.Length > 0 && family.EndsWith($"_{unit}", StringComparison.Ordinal) ? $"# UNIT {family} {unit}\n" : "";
        OpenHead = Encoding.UTF8.GetBytes($"# TYPE {family} {type}\n{unitLine}# HELP {family} {ExpositionText.Escape(line, withQuotes: true)}\n");
        MessageHead = ProtobufExposition.Head(name, help, unitLine.Length > 0 ? unit : "", shape);
        Name = Encoding.UTF8.GetBytes(name);
        Bucket = Encoding.UTF8.GetBytes($"{name}_bucket{{");
        Sum = Encoding.UTF8.GetBytes($"{name}_sum");
        Count = Encoding.UTF8.GetBytes($"{name}_count");
        Created = hasCreated ? Encoding.UTF8.GetBytes($"{family}_created") : null;
        SampleNames = NamesOf(name, shape, hasCreated);
        PlainBounds = Bounds(bounds, isOpenMetrics: false);
        OpenBounds = Bounds(bounds, isOpenMetrics: true);
    }

    public byte[] PlainHead { get; }

    public byte[] OpenHead { get; }

    public byte[] MessageHead { get; }

    public byte[] Name { get; }

    /// <summary><c>name_bucket{</c></summary>
    public byte[] Bucket { get; }

    public byte[] Sum { get; }

    public byte[] Count { get; }

    /// <summary>Of the line that tells since when a series counts; null without one.</summary>
    public byte[]? Created { get; }

    /// <summary><c>le="0.1"} </c> for each bound, +Inf last.</summary>
    public byte[][] PlainBounds { get; }

    public byte[][] OpenBounds { get; }

    /// <summary>The names of all lines that are written of it.</summary>
    public IReadOnlyList<string> SampleNames { get; }

    /// <summary>The names of all lines that would be written of a family.</summary>
    public static string[] NamesOf(string name, InstrumentShape shape, bool hasCreated) =>
    [
        name,
        .. shape == InstrumentShape.Histogram ? (string[])[$"{name}_bucket", $"{name}_sum", $"{name}_count"] : [],
        .. hasCreated ? (string[])[$"{FamilyName(name, shape)}_created"] : [],
    ];

    /// <summary>OpenMetrics names a counter's family without the suffix of its sample.</summary>
    static string FamilyName(string name, InstrumentShape shape) => shape == InstrumentShape.Counter && name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length] : name;

    static byte[][] Bounds(double[] bounds, bool isOpenMetrics) =>
        [.. bounds.Append(double.PositiveInfinity).Select(bound => Encoding.UTF8.GetBytes($"le=\"{ExpositionText.Bound(bound, isOpenMetrics)}\"}} "))];
}
