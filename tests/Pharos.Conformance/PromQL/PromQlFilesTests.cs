using System.Globalization;
using System.Text;
using System.Text.Json;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Testing;
using Xunit;

namespace Pharos.Conformance.PromQL;

/// <summary>Runs the language's own test files, with every instant eval checked twice more (as a range query, and pinned by <c>@</c>).</summary>
public sealed class PromQlFilesTests(ITestOutputHelper output)
{
    static readonly string? Folder = Environment.GetEnvironmentVariable("PHAROS_CONFORMANCE");

    /// <summary>Files that need labels of type and unit on.</summary>
    const string TypeAndUnitFile = "type_and_unit.test";

    public static TheoryData<string> Files()
    {
        var files = new TheoryData<string>();
        if (Folder is not null && Directory.Exists(Path.Combine(Folder, "promql", "testdata")))
        {
            foreach (var path in Directory.EnumerateFiles(Path.Combine(Folder, "promql", "testdata"), "*.test").Order(StringComparer.Ordinal)) files.Add(Path.GetFileName(path));
        }
        else
        {
            files.Add("");
        }
        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_eval_of_the_file_comes_out_as_written(string file)
    {
        Assert.SkipWhen(file.Length == 0, "PHAROS_CONFORMANCE is not set");
        var engine = new PromQlEngine(PromQlOptions.Everything with { TypeAndUnitLabels = file == TypeAndUnitFile });
        var report = new TestRunner(engine, checksTwice: true).Run(File.ReadAllText(Path.Combine(Folder!, "promql", "testdata", file)), TestContext.Current.CancellationToken);
        output.WriteLine(Summary(file, report));
        Assert.True(report.Failures.Count == 0, string.Join('\n', report.Failures.Select(failure => $"{file}:{failure.Line}: {failure.Reason}")));
    }

    /// <summary>Passed and all evals by tag.</summary>
    static string Summary(string file, TestReport report)
    {
        var passed = report.Passed.ToHashSet();
        var byTag = new SortedDictionary<string, (int Passed, int All)>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(Folder!, "promql", "index.jsonl")))
        {
            using var entry = JsonDocument.Parse(line);
            if (Path.GetFileName(entry.RootElement.GetProperty("file").GetString()) != file) continue;
            var passes = passed.Contains(entry.RootElement.GetProperty("line").GetInt32());
            foreach (var tag in entry.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!))
            {
                var (ok, all) = byTag.GetValueOrDefault(tag);
                byTag[tag] = (ok + (passes ? 1 : 0), all + 1);
            }
        }
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{file}: {report.Passed.Count} of {report.Passed.Count + report.Failures.Count}"));
        foreach (var (tag, (ok, all)) in byTag) text.Append(CultureInfo.InvariantCulture, $"; {tag} {ok}/{all}");
        return text.ToString();
    }
}
