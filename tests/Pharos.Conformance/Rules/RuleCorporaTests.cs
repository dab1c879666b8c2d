using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Rules;

namespace Pharos.Conformance.Rules;

/// <summary>Rule files of others: each loads, each expression and each template parses.</summary>
public class RuleCorporaTests
{
    /// <summary>Expressions that are no PromQL, each with the reason; upstream runs them elsewhere or not at all.</summary>
    static readonly Dictionary<string, string> NotPromQl = new(StringComparer.Ordinal)
    {
        ["fixtures/invalid_rules.yaml"] = "upstream's own example of an unknown key",
    };

    [Theory]
    [InlineData("fixtures")]
    [InlineData("large")]
    [InlineData("awesome-prometheus-alerts")]
    [InlineData("mixins")]
    [InlineData("grafana-loki-mixin")]
    [InlineData("grafana-tempo-mixin")]
    public void Every_file_loads(string area)
    {
        var faults = new List<string>();
        foreach (var path in Directory.GetFiles(Corpus.Path("rules", area)).Order(StringComparer.Ordinal))
        {
            var errors = Errors(path, out var rules);
            if (NotPromQl.ContainsKey($"{area}/{Path.GetFileName(path)}")) Assert.NotEmpty(errors);
            else if (errors.Count > 0) faults.AddRange(errors);
            else if (rules == 0) faults.Add($"{path}: no rules were read");
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void The_syntax_files_end_as_upstream_expects()
    {
        foreach (var line in File.ReadLines(Corpus.Path("rules", "rulefmt", "expected.jsonl")))
        {
            var expected = System.Text.Json.JsonDocument.Parse(line).RootElement;
            var scheme = expected.GetProperty("name_validation").GetString() == "legacy" ? NameValidation.Legacy : NameValidation.Utf8;
            var path = Corpus.Path("rules", "rulefmt", expected.GetProperty("file").GetString()!);

            var errors = Errors(path, out _, scheme);

            Assert.True(errors.Count == 0 == (expected.GetProperty("outcome").GetString() == "good"), $"{path}: {string.Join('\n', errors)}");
        }
    }

    /// <summary>Objects of Kubernetes whose <c>spec</c> is a rule file.</summary>
    [Fact]
    public void The_objects_of_kube_prometheus_load()
    {
        var faults = new List<string>();
        foreach (var path in Directory.GetFiles(Corpus.Path("rules", "kube-prometheus")).Order(StringComparer.Ordinal))
        {
            var lines = File.ReadAllLines(path);
            var spec = Array.FindIndex(lines, line => line == "spec:");
            var copy = Path.Combine(Directory.CreateTempSubdirectory("pharos-kube-").FullName, "rules.yml");
            File.WriteAllLines(copy, lines.Skip(spec + 1).Select(line => line.StartsWith("  ", StringComparison.Ordinal) ? line[2..] : line));
            faults.AddRange(Errors(copy, out var rules));
            if (rules == 0) faults.Add($"{path}: no rules were read");
            Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    static List<string> Errors(string path, out int rules, NameValidation scheme = NameValidation.Utf8)
    {
        var source = new ConfigSource();
        rules = RuleFileReader.Read(source, path, scheme).Groups.Sum(group => group.Rules.Count);
        return [.. source.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).Select(diagnostic => diagnostic.ToString())];
    }
}
