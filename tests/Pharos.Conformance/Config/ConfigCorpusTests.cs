using System.Text;
using System.Text.Json;
using Pharos.Model.Diagnostics;
using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Hosting.Loading;
using Pharos.Server.HttpClients;
using Pharos.Server.Rules;

namespace Pharos.Conformance.Config;

/// <summary>Files of other projects with the outcome those projects assert: they must be taken or refused alike.</summary>
public sealed class ConfigCorpusTests
{
    [Fact]
    public void Prometheus_files_are_judged_as_by_Prometheus()
    {
        var failures = new StringBuilder();
        foreach (var (file, outcome, expected) in Cases("config/prometheus"))
        {
            if (outcome == "bad-in-agent-mode" || file.EndsWith("promtool-http-config-file.yml", StringComparison.Ordinal)
                || file.EndsWith("rbac-setup.yml", StringComparison.Ordinal) || file.EndsWith("web-config.yml", StringComparison.Ordinal))
            {
                continue; // There is no agent mode here, and the last three are files of other kinds.
            }
            var source = new ConfigSource();
            new ConfigReading(source, ConfigParts.All).Read(ConfigFile.Prometheus, file);
            Judge(failures, file, outcome, expected, source);
        }
        Assert.True(failures.Length == 0, failures.ToString());
    }

    [Fact]
    public void Alertmanager_files_are_judged_as_by_Alertmanager()
    {
        var failures = new StringBuilder();
        foreach (var (file, outcome, expected) in Cases("config/alertmanager"))
        {
            var source = new ConfigSource();
            AlertmanagerFileReader.Read(source, file);
            Judge(failures, file, outcome, expected, source);
        }
        foreach (var file in Directory.EnumerateFiles(Corpus.Path("config/alertmanager/examples"), "*.yml"))
        {
            var source = new ConfigSource();
            AlertmanagerFileReader.Read(source, file);
            Judge(failures, file, file.EndsWith(".bad.yml", StringComparison.Ordinal) ? "bad" : "good", null, source);
        }
        Assert.True(failures.Length == 0, failures.ToString());
    }

    [Fact]
    public void Client_settings_are_judged_as_by_Prometheus()
    {
        var failures = new StringBuilder();
        foreach (var (file, outcome, expected) in Cases("config/http-client"))
        {
            // These cases build a client as well, so that files that cannot be read count.
            var source = new ConfigSource { IsStrict = file.Contains("invalid-bearer-token-file", StringComparison.Ordinal) };
            var node = source.ReadYaml(file);
            var isTls = Path.GetFileName(file).StartsWith("tls_config", StringComparison.Ordinal);
            var section = new YamlSection(source, file, node, "");
            if (isTls) HttpClientReader.ReadTls(section);
            else
            {
                HttpClientReader.Read(section);
                section.Close();
            }
            Judge(failures, file, outcome, expected, source);
        }
        Assert.True(failures.Length == 0, failures.ToString());
    }

    [Fact]
    public void Rule_files_are_judged_as_by_Prometheus()
    {
        var failures = new StringBuilder();
        foreach (var (file, outcome, expected, scheme) in CasesWithScheme("rules/rulefmt"))
        {
            var source = new ConfigSource();
            RuleFileReader.Read(source, file, scheme == "legacy" ? NameValidation.Legacy : NameValidation.Utf8);
            Judge(failures, file, outcome, expected, source);
        }
        Assert.True(failures.Length == 0, failures.ToString());
    }

    [Theory]
    [InlineData("rules/awesome-prometheus-alerts")]
    [InlineData("rules/mixins")]
    [InlineData("rules/large")]
    public void Real_rule_files_are_read_without_a_fault(string folder)
    {
        var source = new ConfigSource();
        var files = Directory.EnumerateFiles(Corpus.Path(folder), "*.y*ml", SearchOption.AllDirectories).ToList();
        foreach (var file in files) RuleFileReader.Read(source, file, NameValidation.Utf8);
        Assert.NotEmpty(files);
        Assert.Empty(source.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error));
    }

    /// <summary>The guides are prose with code blocks: each that is a prometheus.yml or a rule file loads as it stands.</summary>
    [Fact]
    public void Snippets_of_the_guides_load_as_they_stand()
    {
        var guides = Corpus.Guide();
        var failures = new StringBuilder();
        var read = 0;
        var folder = Directory.CreateTempSubdirectory("pharos-guides-").FullName;
        foreach (var (guide, number, text) in GuideSnippets.All(guides))
        {
            var isRules = text.Contains("\ngroups:", StringComparison.Ordinal) || text.StartsWith("groups:", StringComparison.Ordinal);
            var isConfig = text.Contains("scrape_configs:", StringComparison.Ordinal) && !text.Contains("services:\n", StringComparison.Ordinal);
            if (!isRules && !isConfig) continue;
            var path = Path.Combine(folder, $"{guide}-{number}.yml");
            File.WriteAllText(path, text);
            var source = new ConfigSource();
            if (isRules) RuleFileReader.Read(source, path, NameValidation.Utf8);
            else new ConfigReading(source, ConfigParts.All).Read(ConfigFile.Prometheus, path);
            Judge(failures, path, "good", null, source);
            read++;
        }
        Directory.Delete(folder, recursive: true);
        Assert.True(failures.Length == 0, failures.ToString());
        Assert.True(read >= 5, $"only {read} snippets found");
    }

    static void Judge(StringBuilder failures, string file, string outcome, string? expected, ConfigSource source)
    {
        if (source.HasErrors != (outcome == "bad"))
        {
            failures.Append(Path.GetFileName(file)).Append(": wanted ").Append(outcome).Append(' ').AppendLine(expected);
            foreach (var diagnostic in source.Diagnostics) failures.Append("    ").AppendLine(diagnostic.ToString());
        }
        foreach (var diagnostic in source.Diagnostics.Where(diagnostic => diagnostic is { Severity: Severity.Error, Line: 0 }))
        {
            failures.AppendLine($"{Path.GetFileName(file)}: a fault without a place: {diagnostic}");
        }
    }

    static IEnumerable<(string File, string Outcome, string? Error)> Cases(string folder) =>
        CasesWithScheme(folder).Select(one => (one.File, one.Outcome, one.Error));

    static List<(string File, string Outcome, string? Error, string? Scheme)> CasesWithScheme(string folder)
    {
        var root = Corpus.Path(folder);
        var cases = new List<(string, string, string?, string?)>();
        foreach (var line in File.ReadLines(Path.Combine(root, "expected.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            string? Text(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
            cases.Add((Path.Combine(root, Text("file")!), Text("outcome")!, Text("error_contains"), Text("name_validation")));
        }
        return cases;
    }
}
