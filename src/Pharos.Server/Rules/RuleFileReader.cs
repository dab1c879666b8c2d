using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Rules.Languages;

namespace Pharos.Server.Rules;

/// <summary>Reads a rule file: groups of recording and alerting rules. Nothing in it is expanded from the environment.</summary>
static class RuleFileReader
{
    /// <summary>The file, with what could be read of it; faults are in the diagnostics of the source.</summary>
    /// <param name="ignoreUnknownKeys">Unknown keys are warnings, for files that also serve another program.</param>
    public static RuleFileConfig Read(ConfigSource source, string path, NameValidation scheme, bool ignoreUnknownKeys = false)
    {
        if (source.ReadYaml(path) is not { } node) return new(path, []);
        var root = new YamlSection(source, path, node, "") { UnknownKeysAreWarnings = ignoreUnknownKeys };
        var names = new HashSet<string>(StringComparer.Ordinal);
        var groups = root.Sections("groups", "group").Select(section => ReadGroup(section, scheme, names)).ToList();
        root.Close();
        return new(path, groups);
    }

    static RuleGroupConfig ReadGroup(YamlSection section, NameValidation scheme, HashSet<string> names)
    {
        var name = section.Text("name", "");
        if (name.Length == 0) section.Error("name", "is missing; write a name for the group");
        else if (!names.Add(name)) section.Error("name", $"\"{name}\" is written twice in this file; give the groups different names");
        var language = RuleLanguageCatalogue.Default; // Prometheus' files name none.
        var group = new RuleGroupConfig
        {
            Name = name,
            Language = language.Name,
            Line = section.Node?.Line ?? 0,
            Interval = section.Duration("interval") is { Ticks: > 0 } interval ? interval : null,
            QueryOffset = section.Duration("query_offset"),
            Limit = (int)section.Integer("limit", 0, 0, int.MaxValue),
            Labels = ReadGroupLabels(section, scheme),
            Rules = [.. section.Sections("rules", "rule").Select(rule => ReadRule(rule, language, scheme))],
        };
        section.Close();
        return group;
    }

    static LabelSet ReadGroupLabels(YamlSection section, NameValidation scheme)
    {
        foreach (var entry in section.LabelEntries("labels", scheme)) RefuseMetricName(section, entry);
        return section.Labels("labels", scheme);
    }

    static RuleConfig ReadRule(YamlSection rule, RuleLanguage language, NameValidation scheme)
    {
        var record = rule.Text("record", "");
        var alert = rule.Text("alert", "");
        var expr = rule.Find("expr") as YamlScalar;
        var config = new RuleConfig
        {
            Record = record,
            Alert = alert,
            Expr = rule.Text("expr", ""),
            Line = expr?.ContentLine ?? rule.Node?.Line ?? 0,
            Column = expr?.ContentColumn ?? rule.Node?.Column ?? 0,
            For = rule.Duration("for", TimeSpan.Zero),
            KeepFiringFor = rule.Duration("keep_firing_for", TimeSpan.Zero),
            Labels = ReadTexts(rule, "labels", scheme, alert),
            Annotations = ReadTexts(rule, "annotations", scheme, alert),
        };
        if (!rule.IsBroken)
        {
            CheckKind(rule, config, scheme);
            CheckExpression(rule, language, expr);
        }
        rule.Close();
        return config;
    }

    static void CheckKind(YamlSection rule, RuleConfig config, NameValidation scheme)
    {
        if (config is { Record.Length: 0, Alert.Length: 0 }) rule.Error("is neither; write record (to store a series) or alert");
        if (config is { Record.Length: > 0, Alert.Length: > 0 }) rule.Error("alert", "record is written too; keep one of both, or make it two rules");
        if (config.Record.Length == 0) return;
        foreach (var key in (string[])["for", "keep_firing_for", "annotations"])
        {
            if (rule.Has(key)) rule.Error(key, "a recording rule has none; remove it, or write alert instead of record");
        }
        // A brace in a name is always a selector that was meant for expr.
        if (!scheme.IsValidMetricName(config.Record) || config.Record.AsSpan().IndexOfAny('{', '}') >= 0)
        {
            rule.Error("record", $"\"{config.Record}\" is no metric name; write letters, digits, underscores and colons, not beginning with a digit");
        }
    }

    static void CheckExpression(YamlSection rule, RuleLanguage language, YamlScalar? expr)
    {
        if (expr is null || string.IsNullOrWhiteSpace(expr.Text))
        {
            if (expr is not null || !rule.Has("expr")) rule.Error("expr", "is missing; write the PromQL expression of the rule");
            return;
        }
        if (RuleTexts.FaultOfExpression(language, expr.Text) is { } fault) Report(rule, expr, "expr", fault);
    }

    static IReadOnlyList<Label> ReadTexts(YamlSection rule, string key, NameValidation scheme, string alert)
    {
        var texts = new List<Label>();
        foreach (var entry in rule.LabelEntries(key, scheme))
        {
            if (key == "labels") RefuseMetricName(rule, entry);
            var value = (YamlScalar)entry.Value;
            if (alert.Length > 0 && RuleTexts.FaultOfTemplate(alert, value.Text) is { } fault) Report(rule, value, $"{key}.{entry.Key.Text}", fault);
            texts.Add(new(entry.Key.Text, value.IsNull ? "" : value.Text));
        }
        return [.. texts.OrderBy(label => label.Name, StringComparer.Ordinal)];
    }

    static void RefuseMetricName(YamlSection section, YamlEntry entry)
    {
        if (entry.Key.Text == LabelSet.MetricName) section.Error(entry.Key, "labels: __name__ is the name of the metric itself; write record, or remove it");
    }

    static void Report(YamlSection rule, YamlScalar text, string key, TextFault fault)
    {
        var (line, column) = text.PlaceOf(fault.Line, fault.Column);
        rule.ErrorAt(line, column, key, fault.Message);
    }
}
