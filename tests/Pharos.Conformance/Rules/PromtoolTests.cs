using System.Text.Json;
using Pharos.Server.Rules.Commands;

namespace Pharos.Conformance.Rules;

/// <summary>Unit tests of rules that others wrote for promtool: the outcome must be the same.</summary>
public class PromtoolTests
{
    [Fact]
    public void Promtools_own_test_files_end_as_upstream_expects()
    {
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Corpus.Path("promtool", "unittest-expected.jsonl")))
        {
            var run = JsonDocument.Parse(line).RootElement;
            var name = run.GetProperty("name").GetString()!;
            if (name.StartsWith("Disabled feature", StringComparison.Ordinal)) continue; // @ and negative offsets are always on.
            var files = Texts(run, "files").Select(file => Corpus.Path("promtool", file)).ToArray();
            var (code, output) = Run(files, Texts(run, "run"), run.GetProperty("ignore_unknown_fields").GetBoolean());
            if ((code == 0) != (run.GetProperty("outcome").GetString() == "pass")) wrong.Add($"{name}: exit code {code}\n{output}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Written for Prometheus 2, whose windows held a sample at both ends; promtool 3 fails them for that reason too.</summary>
    static readonly string[] OfPrometheus2 = ["kyverno_test.yaml", "node_alerts_test.yaml"];

    [Fact]
    public void The_tests_of_konflux_pass() => AllPass(
        [.. Directory.GetFiles(Corpus.Path("promtool-real", "konflux-o11y"), "*_test.y*ml").Where(file => !OfPrometheus2.Contains(Path.GetFileName(file)))]);

    [Fact]
    public void The_tests_of_the_kubernetes_mixin_pass() => AllPass(Directory.GetFiles(Corpus.Path("promtool-real", "kubernetes-mixin", "tests")));

    [Fact]
    public void The_tests_of_thanos_pass() => AllPass([Corpus.Path("promtool-real", "thanos", "tests.yaml")]);

    static void AllPass(string[] files)
    {
        Assert.NotEmpty(files);
        var failed = files.Order(StringComparer.Ordinal).Select(file => Run([file], [], false)).Where(run => run.Code != 0).Select(run => run.Output).ToList();
        Assert.True(failed.Count == 0, $"{failed.Count} of {files.Length} files fail:\n{string.Join('\n', failed)}");
    }

    static (int Code, string Output) Run(string[] files, string[] run, bool ignoreUnknownKeys)
    {
        using var output = new StringWriter();
        var code = TestRulesCommand.Run(files, run, ignoreUnknownKeys, output, TestContext.Current.CancellationToken);
        return (code, output.ToString());
    }

    static string[] Texts(JsonElement run, string key) => [.. run.GetProperty(key).EnumerateArray().Select(text => text.GetString()!)];
}
