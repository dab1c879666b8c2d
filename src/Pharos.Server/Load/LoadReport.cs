using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Pharos.Server.Load;

/// <summary>Tells what a run found: a table for people, JSON for programs.</summary>
static class LoadReport
{
    static readonly (string Name, double Quantile)[] Percentiles = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999)];

    public static void Print(LoadRun run, IReadOnlyList<string> missed, TextWriter output)
    {
        var all = run.All;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"visits    {run.Due} due in {LoadFigures.Clock(run.SendingFor)} at {LoadFigures.Rate(run.Plan.Rate)}, {run.NotSent} not sent"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"requests  {all.Sent} sent ({LoadFigures.Rate(SentRate(run))}), {all.Answered} answered, {all.Failed} failed; error ratio {LoadFigures.Percent(run.ErrorRatio)}"));
        output.WriteLine();
        output.WriteLine($"{"",-10}{string.Concat(Percentiles.Select(percentile => $"{percentile.Name,10}"))}{"max",10}");
        PrintLatency("latency", all.Latency, output, "from when it was due");
        PrintLatency("service", all.Service, output, "from when it was sent");
        PrintLatency("lateness", run.Lateness, output, "of the sending itself");
        output.WriteLine();
        if (all.Statuses.Count > 0) output.WriteLine($"answers   {string.Join("   ", all.Statuses.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value}")))}");
        if (all.Faults.Count > 0) output.WriteLine($"faults    {string.Join("   ", all.Faults.OrderByDescending(pair => pair.Value).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value}")))}");
        if (run.Steps.Count > 1) PrintSteps(run, output);
        if (run.NotSent > 0) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{run.NotSent} visits were not sent because {run.Plan.MaxInFlight} were under way: the percentiles are better than the truth. --max-in-flight raises the bound."));
        foreach (var sentence in missed) output.WriteLine($"\nmissed: {sentence}");
    }

    public static void PrintJson(LoadRun run, IReadOnlyList<string> missed, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new() { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("rate", run.Plan.Rate);
        json.WriteNumber("duration_seconds", Math.Round(run.SendingFor.TotalSeconds, 3));
        json.WriteNumber("visits_due", run.Due);
        json.WriteNumber("visits_not_sent", run.NotSent);
        json.WriteNumber("sent_rate", Math.Round(SentRate(run), 3));
        json.WriteNumber("error_ratio", run.ErrorRatio);
        WriteTally(json, run.All);
        WriteLatency(json, "lateness_seconds", run.Lateness);
        json.WriteStartArray("steps");
        for (var i = 0; i < run.Steps.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("name", run.Plan.Steps[i].Name);
            WriteTally(json, run.Steps[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("missed");
        foreach (var sentence in missed) json.WriteStringValue(sentence);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    /// <summary>How it fares, in a line.</summary>
    public static string Progress(LoadRun run)
    {
        var end = run.Plan.Duration == Timeout.InfiniteTimeSpan ? "" : $" of {LoadFigures.Clock(run.Plan.Duration)}";
        var latency = run.All.Latency;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{LoadFigures.Clock(run.Elapsed)}{end}  {run.All.Answered} answered  p50 {LoadFigures.Time(latency.Percentile(0.5))}  p95 {LoadFigures.Time(latency.Percentile(0.95))}");
        text.Append(CultureInfo.InvariantCulture, $"  errors {LoadFigures.Percent(run.ErrorRatio)}  {run.InFlight} under way");
        if (run.NotSent > 0) text.Append(CultureInfo.InvariantCulture, $"  {run.NotSent} not sent");
        return text.ToString();
    }

    static double SentRate(LoadRun run) => run.SendingFor > TimeSpan.Zero ? run.All.Sent / run.SendingFor.TotalSeconds : 0;

    static void PrintLatency(string name, LatencyHistogram latency, TextWriter output, string what) => output.WriteLine(latency.Count == 0
        ? $"{name,-10}nothing measured"
        : $"{name,-10}{string.Concat(Percentiles.Select(percentile => $"{LoadFigures.Time(latency.Percentile(percentile.Quantile)),10}"))}{LoadFigures.Time(latency.Max),10}   {what}");

    static void PrintSteps(LoadRun run, TextWriter output)
    {
        var width = Math.Min(40, run.Plan.Steps.Max(step => step.Name.Length)) + 2;
        output.WriteLine();
        output.WriteLine($"{"step".PadRight(width)}{"sent",10}{"failed",10}{"p50",10}{"p95",10}{"max",10}");
        for (var i = 0; i < run.Steps.Count; i++)
        {
            var tally = run.Steps[i];
            var name = run.Plan.Steps[i].Name;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(name.Length > 40 ? $"{name[..37]}..." : name).PadRight(width)}{tally.Sent,10}{tally.Failed,10}{LoadFigures.Time(tally.Latency.Percentile(0.5)),10}{LoadFigures.Time(tally.Latency.Percentile(0.95)),10}{LoadFigures.Time(tally.Latency.Max),10}"));
        }
    }

    static void WriteTally(Utf8JsonWriter json, LoadTally tally)
    {
        json.WriteNumber("sent", tally.Sent);
        json.WriteNumber("answered", tally.Answered);
        json.WriteNumber("failed", tally.Failed);
        json.WriteStartObject("statuses");
        foreach (var (status, count) in tally.Statuses.OrderBy(pair => pair.Key)) json.WriteNumber(status.ToString(CultureInfo.InvariantCulture), count);
        json.WriteEndObject();
        json.WriteStartObject("faults");
        foreach (var (kind, count) in tally.Faults.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteNumber(kind, count);
        json.WriteEndObject();
        WriteLatency(json, "latency_seconds", tally.Latency);
        WriteLatency(json, "service_seconds", tally.Service);
    }

    static void WriteLatency(Utf8JsonWriter json, string name, LatencyHistogram latency)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count", latency.Count);
        if (latency.Count > 0)
        {
            json.WriteNumber("min", latency.Min.TotalSeconds);
            json.WriteNumber("mean", latency.Mean.TotalSeconds);
            foreach (var (percentile, quantile) in Percentiles) json.WriteNumber(percentile, latency.Percentile(quantile).TotalSeconds);
            json.WriteNumber("max", latency.Max.TotalSeconds);
        }
        json.WriteEndObject();
    }
}
