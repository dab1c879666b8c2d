using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Reading;
using Pharos.Model.Writing;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Testing;
using Pharos.Storage.Series;

namespace Pharos.Conformance.PromQL;

/// <summary>Our own files of the test language: over memory with both kinds of name removal, and over the real store.</summary>
public sealed class OwnCasesTests
{
    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "PromQL", "cases"), "*.test").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_holds_with_names_removed_at_the_end(string file) => Check(file, new TestRunner(new(PromQlOptions.Everything), checksTwice: true));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_holds_with_names_removed_at_once(string file) => Check(file, new TestRunner(new(new PromQlOptions()), checksTwice: true));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_holds_over_the_store(string file)
    {
        var folder = Directory.CreateTempSubdirectory("pharos-promql");
        var stores = new List<SeriesStore>();
        try
        {
            Check(file, new TestRunner(new(new PromQlOptions()), publish: memory => Copy(memory, Path.Combine(folder.FullName, $"{stores.Count}"), stores)));
        }
        finally
        {
            foreach (var store in stores) await store.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    static void Check(string file, TestRunner runner)
    {
        var report = runner.Run(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PromQL", "cases", file)), TestContext.Current.CancellationToken);
        Assert.NotEmpty(report.Passed);
        Assert.True(report.Failures.Count == 0, string.Join('\n', report.Failures.Select(failure => $"{file}:{failure.Line}: {failure.Reason}")));
    }

    /// <summary>A store in a new folder with all samples of the memory.</summary>
    internal static ISeriesSource Copy(MemorySource memory, string folder, List<SeriesStore> stores)
    {
        Directory.CreateDirectory(folder);
        var store = SeriesStore.Open(new StoreOptions { Folder = folder, RetentionTime = TimeSpan.FromDays(36_500) }, TimeProvider.System, NullLogger.Instance);
        stores.Add(store);
        var labels = new LabelSetBuilder();
        var batch = new SampleBatch();
        foreach (var series in memory.All)
        {
            labels.Clear();
            foreach (var label in series.Labels) labels.Add(label.Name, label.Value);
            labels.Sort();
            Assert.True(store.TryCreate(UInt128.Zero, labels, out var handle, out var reason), reason);
            batch.Clear();
            for (var i = 0; i < series.Count; i++)
            {
                var (timeMs, value, histogram, startMs) = series.Sample(i);
                if (histogram is null) batch.Add(handle, timeMs, value);
                else batch.Add(handle, timeMs, histogram);
                if (startMs != 0) batch.SetStartTime(startMs);
            }
            store.Append(batch);
        }
        return store;
    }
}
