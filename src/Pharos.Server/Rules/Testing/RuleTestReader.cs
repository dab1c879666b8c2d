using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Rules.Testing;

/// <summary>Reads promtool's unit-test format. Faults are in the diagnostics of the source, every one with its place.</summary>
static class RuleTestReader
{
    static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);

    /// <param name="ignoreUnknownKeys">Unknown keys are warnings, for files that also serve another program.</param>
    public static RuleTestFile Read(ConfigSource source, string path, bool ignoreUnknownKeys)
    {
        var root = new YamlSection(source, path, source.ReadYaml(path), "") { UnknownKeysAreWarnings = ignoreUnknownKeys };
        var interval = root.Duration("evaluation_interval") is { Ticks: > 0 } written ? written : DefaultInterval;
        var file = new RuleTestFile(
            path,
            ReadRuleFiles(root, path),
            interval,
            root.Texts("group_eval_order"),
            root.Bool("fuzzy_compare"),
            [.. root.Sections("tests", "test").Select(test => ReadTest(test, interval))]);
        root.Close();
        return file;
    }

    /// <summary>Patterns that reach nothing are no fault in promtool either, but they are told.</summary>
    static List<string> ReadRuleFiles(YamlSection root, string path)
    {
        var files = new List<string>();
        foreach (var pattern in root.Texts("rule_files"))
        {
            var found = ConfigPaths.Glob(Path.GetFullPath(pattern, Path.GetDirectoryName(path)!));
            if (found.Count == 0) root.Warn("rule_files", $"\"{pattern}\" reaches no file");
            files.AddRange(found.Where(one => !files.Contains(one)));
        }
        return files;
    }

    static RuleTest ReadTest(YamlSection test, TimeSpan evaluationInterval)
    {
        var read = new RuleTest
        {
            Name = test.Text("name", ""),
            Interval = test.Duration("interval") is { Ticks: > 0 } interval ? interval : evaluationInterval,
            StartMs = ReadStart(test),
            Input = [.. test.Sections("input_series", "series").Select(ReadSeries)],
            Alerts = [.. test.Sections("alert_rule_test", "test").Select(ReadAlertTest)],
            Expressions = [.. test.Sections("promql_expr_test", "test").Select(ReadExpressionTest)],
            ExternalLabels = test.Labels("external_labels"),
            ExternalUrl = test.Text("external_url", ""),
        };
        test.Close();
        return read;
    }

    /// <summary>Seconds since the epoch, or RFC 3339.</summary>
    static long ReadStart(YamlSection test)
    {
        if (test.Text("start_timestamp") is not { } text) return 0;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && Math.Abs(seconds) < 1e11) return (long)(seconds * 1000);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment.ToUnixTimeMilliseconds();
        test.Error("start_timestamp", $"\"{text}\" is no time; write seconds since the epoch, or 2026-01-31T12:00:00Z");
        return 0;
    }

    static (string Series, string Values) ReadSeries(YamlSection series)
    {
        var read = (series.Text("series", ""), series.Text("values", ""));
        series.Close();
        return read;
    }

    static AlertTest ReadAlertTest(YamlSection test)
    {
        var read = new AlertTest(
            test.Duration("eval_time", TimeSpan.Zero), test.Text("alertname", ""), [.. test.Sections("exp_alerts", "alert").Select(ReadAlert)]);
        if (read.Name.Length == 0 && !test.IsBroken) test.Error("alertname", "is missing; write the name of the alert");
        test.Close();
        return read;
    }

    static ExpectedAlert ReadAlert(YamlSection alert)
    {
        var read = new ExpectedAlert(ReadTexts(alert, "exp_labels"), ReadTexts(alert, "exp_annotations"));
        alert.Close();
        return read;
    }

    static LabelSet ReadTexts(YamlSection section, string key) => LabelSet.From(section.Pairs(key));

    static ExpressionTest ReadExpressionTest(YamlSection test)
    {
        var read = new ExpressionTest(
            test.Text("expr", ""), test.Duration("eval_time", TimeSpan.Zero), [.. test.Sections("exp_samples", "sample").Select(ReadSample)]);
        test.Close();
        return read;
    }

    static ExpectedSample ReadSample(YamlSection sample)
    {
        var read = new ExpectedSample(sample.Text("labels", ""), ReadValue(sample), sample.Text("histogram", ""));
        sample.Close();
        return read;
    }

    /// <summary>A number as YAML has it, infinity and no number included.</summary>
    static double ReadValue(YamlSection sample) => sample.Text("value")?.TrimStart('+').ToUpperInvariant() switch
    {
        ".INF" or "INF" => double.PositiveInfinity,
        "-.INF" or "-INF" => double.NegativeInfinity,
        ".NAN" or "NAN" => double.NaN,
        _ => sample.Number("value", 0),
    };
}
