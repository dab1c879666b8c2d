using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Model.Writing;
using Pharos.Storage.Series;

namespace Pharos.Tests.Storage.Series;

/// <summary>A store in a folder of its own, written and read by labels as text.</summary>
sealed class TestStore : IAsyncDisposable
{
    readonly LabelSetBuilder labels = new();
    readonly SampleBatch batch = new();

    /// <param name="home">Where its folder lies; null: among other temporary ones.</param>
    public TestStore(Func<StoreOptions, StoreOptions>? change = null, TimeProvider? clock = null, string? home = null)
    {
        Folder = Path.Combine(home ?? Path.GetTempPath(), "pharos-test-" + Guid.NewGuid().ToString("N"));
        Clock = clock ?? TimeProvider.System;
        Options = new StoreOptions
        {
            Folder = Folder,
            Maintains = false,
            LogSegmentBytes = 256 * 1024,
            FrameFileBytes = 256 * 1024,
            MaxSeries = 1 << 16,
        };
        if (change is not null) Options = change(Options);
        Store = SeriesStore.Open(Options, Clock, NullLogger.Instance);
    }

    public string Folder { get; }

    public StoreOptions Options { get; set; }

    public TimeProvider Clock { get; }

    public SeriesStore Store { get; private set; }

    public SeriesHandle Handle(params (string Name, string Value)[] pairs)
    {
        Assert.True(TryHandle(out var handle, out var reason, pairs), reason);
        return handle;
    }

    public bool TryHandle(out SeriesHandle handle, out string? reason, params (string Name, string Value)[] pairs)
    {
        labels.Clear();
        foreach (var (name, value) in pairs) labels.Add(name, value);
        Assert.True(labels.Sort());
        return Store.TryCreate(0, labels, out handle, out reason);
    }

    public AppendStatus Append(SeriesHandle handle, long timeMs, double value)
    {
        batch.Clear();
        batch.Add(handle, timeMs, value);
        Store.Append(batch);
        return batch.Status[0];
    }

    public AppendStatus Append(string series, long timeMs, double value) => Append(Handle(("__name__", series)), timeMs, value);

    public AppendStatus Append(string series, long timeMs, FloatHistogram histogram)
    {
        batch.Clear();
        batch.Add(Handle(("__name__", series)), timeMs, histogram);
        Store.Append(batch);
        return batch.Status[0];
    }

    public Task Flush() => Store.FlushAsync(CancellationToken.None).AsTask();

    public async Task Reopen()
    {
        await Store.DisposeAsync();
        Open();
    }

    public void Open() => Store = SeriesStore.Open(Options, Clock, NullLogger.Instance);

    /// <summary>All samples in the range as text by series: bits of times and values, so that NaNs compare.</summary>
    public SortedDictionary<string, List<(long TimeMs, long Bits)>> Read(long afterMs = long.MinValue, long throughMs = long.MaxValue, Want want = Want.Samples, params LabelMatcher[] matchers)
    {
        var found = new SortedDictionary<string, List<(long, long)>>(StringComparer.Ordinal);
        using var snapshot = Store.Lease();
        using var cursor = snapshot.Select(matchers, new SelectHints(afterMs, throughMs, want), CancellationToken.None);
        using var batch = new SeriesBatch();
        while (cursor.MoveNext(batch))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var samples = new List<(long, long)>();
                for (var s = 0; s < batch.Times(i).Length; s++) samples.Add((batch.Times(i)[s], BitConverter.DoubleToInt64Bits(batch.Values(i)[s])));
                found.Add(Text(snapshot.Symbols, batch.Pairs(i)), samples);
            }
        }
        return found;
    }

    public static string Text(ILabelSymbols symbols, ReadOnlySpan<int> pairs)
    {
        var set = new List<(string, string)>();
        foreach (var pair in pairs) set.Add((System.Text.Encoding.UTF8.GetString(symbols.NameUtf8(pair)), System.Text.Encoding.UTF8.GetString(symbols.ValueUtf8(pair))));
        return LabelSet.From([.. set]).ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
