using System.Globalization;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Execution;

/// <summary>Warnings and infos of one query, each once, in order of first appearance.</summary>
/// <remarks>Texts are Prometheus', because alerts and dashboards compare them. The position is that of the expression that caused the note.</remarks>
sealed class Annotations
{
    readonly HashSet<(string Text, int Start)> seen = [];
    readonly List<(bool IsWarning, string Text, int Start)> notes = [];
    readonly Dictionary<(string Metric, int Start), MonotonicityFix> fixes = [];

    public void Warn(TextSpan span, string text) => Add(isWarning: true, span, text);

    public void Inform(TextSpan span, string text) => Add(isWarning: false, span, text);

    /// <summary>Notes that a classic histogram's buckets had to be made ascending; all of one metric become one note.</summary>
    public void InformForcedMonotonicity(TextSpan span, string metric, long atMs, double minBucket, double maxBucket, double maxDifference)
    {
        var key = (metric, span.Start);
        fixes[key] = fixes.TryGetValue(key, out var old)
            ? new(Math.Min(old.MinBucket, minBucket), Math.Max(old.MaxBucket, maxBucket), Math.Max(old.MaxDifference, maxDifference), old.Samples + 1, Math.Min(old.FromMs, atMs), Math.Max(old.ToMs, atMs))
            : new(minBucket, maxBucket, maxDifference, 1, atMs, atMs);
    }

    public (IReadOnlyList<string> Warnings, IReadOnlyList<string> Infos) Texts(Func<string> queryText)
    {
        foreach (var ((metric, start), fix) in fixes) Inform(new(start, start), fix.Text(metric));
        fixes.Clear();
        if (notes.Count == 0) return ([], []);
        var query = queryText();
        return (Render(isWarning: true), Render(isWarning: false));

        List<string> Render(bool isWarning) => [.. notes.Where(note => note.IsWarning == isWarning).Select(note => $"PromQL {(isWarning ? "warning" : "info")}: {note.Text} ({Place(query, note.Start)})")];
    }

    void Add(bool isWarning, TextSpan span, string text)
    {
        if (seen.Add((text, span.Start))) notes.Add((isWarning, text, span.Start));
    }

    static string Place(string query, int start)
    {
        var before = query.AsSpan(0, Math.Clamp(start, 0, query.Length));
        var line = before.Count('\n') + 1;
        var column = before.Length - (before.LastIndexOf('\n') + 1) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{line}:{column}");
    }

    readonly record struct MonotonicityFix(double MinBucket, double MaxBucket, double MaxDifference, int Samples, long FromMs, long ToMs)
    {
        public string Text(string metric) => string.Create(CultureInfo.InvariantCulture,
            $"input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile){NoteText.ForMetric(metric)}, from buckets {Model.Text.GoText.FormatFloat(MinBucket)} to {Model.Text.GoText.FormatFloat(MaxBucket)}, with a max diff of {MaxDifference:G2}, over {Samples} samples from {Time(FromMs)} to {Time(ToMs)}");

        static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, -62_135_596_800_000, 253_402_300_799_999)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
