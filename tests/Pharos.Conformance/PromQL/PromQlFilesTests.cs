using System.Globalization;
using System.Text;
using System.Text.Json;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Testing;

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

    /// <summary>Files whose evals are about removing names at the end of the query.</summary>
    static readonly string[] AboutDelayedRemoval = ["name_label_dropping.test"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_core_eval_of_the_file_also_holds_with_names_removed_at_once(string file)
    {
        Assert.SkipWhen(file.Length == 0, "PHAROS_CONFORMANCE is not set");
        Assert.SkipWhen(AboutDelayedRemoval.Contains(file), "its expectations are those of delayed removal");
        var engine = new PromQlEngine(PromQlOptions.Everything with { DelayedNameRemoval = false, TypeAndUnitLabels = file == TypeAndUnitFile });
        var report = new TestRunner(engine, checksTwice: true).Run(File.ReadAllText(Path.Combine(Folder!, "promql", "testdata", file)), TestContext.Current.CancellationToken);
        var failures = report.Failures.Where(failure => TagsByLine(file).TryGetValue(failure.Line, out var tags) && tags.Contains("core"));
        Assert.Empty(failures.Select(failure => $"{file}:{failure.Line}: {failure.Reason}"));
    }

    /// <summary>A good part of the files over the real store: what it keeps is what it was given.</summary>
    [Theory]
    [InlineData("aggregators.test")]
    [InlineData("at_modifier.test")]
    [InlineData("functions.test")]
    [InlineData("histograms.test")]
    [InlineData("operators.test")]
    [InlineData("range_queries.test")]
    [InlineData("selectors.test")]
    [InlineData("staleness.test")]
    [InlineData("subquery.test")]
    [InlineData("native_histograms.test")]
    public async Task Every_eval_of_the_file_comes_out_as_written_over_the_store(string file)
    {
        var path = Corpus.Path("promql", "testdata", file);
        var folder = Directory.CreateTempSubdirectory("pharos-promql");
        var stores = new List<Storage.Series.SeriesStore>();
        try
        {
            var runner = new TestRunner(new(PromQlOptions.Everything), publish: memory => OwnCasesTests.Copy(memory, Path.Combine(folder.FullName, $"{stores.Count}"), stores));
            var report = runner.Run(File.ReadAllText(path), TestContext.Current.CancellationToken);
            Assert.Empty(report.Failures.Select(failure => $"{file}:{failure.Line}: {failure.Reason}"));
        }
        finally
        {
            foreach (var store in stores) await store.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Passed and all evals by tag.</summary>
    static string Summary(string file, TestReport report)
    {
        var passed = report.Passed.ToHashSet();
        var byTag = new SortedDictionary<string, (int Passed, int All)>(StringComparer.Ordinal);
        foreach (var (line, tags) in TagsByLine(file))
        {
            foreach (var tag in tags)
            {
                var (ok, all) = byTag.GetValueOrDefault(tag);
                byTag[tag] = (ok + (passed.Contains(line) ? 1 : 0), all + 1);
            }
        }
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{file}: {report.Passed.Count} of {report.Passed.Count + report.Failures.Count}"));
        foreach (var (tag, (ok, all)) in byTag) text.Append(CultureInfo.InvariantCulture, $"; {tag} {ok}/{all}");
        return text.ToString();
    }

    static Dictionary<int, string[]> TagsByLine(string file)
    {
        var tags = new Dictionary<int, string[]>();
        foreach (var line in File.ReadLines(Path.Combine(Folder!, "promql", "index.jsonl")))
        {
            using var entry = JsonDocument.Parse(line);
            if (Path.GetFileName(entry.RootElement.GetProperty("file").GetString()) != file) continue;
            tags[entry.RootElement.GetProperty("line").GetInt32()] = [.. entry.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
        }
        return tags;
    }
}
