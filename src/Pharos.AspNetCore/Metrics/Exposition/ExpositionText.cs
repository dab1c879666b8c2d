using System.Globalization;

namespace Pharos.AspNetCore.Metrics.Exposition;

/// <summary>Pieces of text that both text formats share.</summary>
static class ExpositionText
{
    /// <param name="withQuotes">In label values, and in OpenMetrics' help; plain text's help leaves them.</param>
    public static string Escape(string text, bool withQuotes)
    {
        if (!text.AsSpan().ContainsAny('\\', '"', '\n')) return text;
        var escaped = text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        return withQuotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    /// <summary>A bucket's bound. OpenMetrics has numbers of buckets always with a point.</summary>
    public static string Bound(double bound, bool isOpenMetrics)
    {
        if (double.IsPositiveInfinity(bound)) return "+Inf";
        var text = bound.ToString("R", CultureInfo.InvariantCulture);
        return isOpenMetrics && !text.AsSpan().ContainsAny('.', 'E') ? $"{text}.0" : text;
    }
}
