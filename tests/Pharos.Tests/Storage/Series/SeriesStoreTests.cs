using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Model.Writing;
using Pharos.Storage.Series;

namespace Pharos.Tests.Storage.Series;

public sealed class SeriesStoreTests
{
    [Fact]
    public async Task What_was_flushed_is_there_after_opening_again()
    {
        await using var store = new TestStore();
        var random = new Random(7);
        var expected = new SortedDictionary<string, List<(long, long)>>(StringComparer.Ordinal);
        double[] odd = [-0.0, double.NaN, StaleMarker.Value, double.PositiveInfinity, double.Epsilon, 1e300, -7, 0.1, BitConverter.Int64BitsToDouble(unchecked((long)0xfff8dead_beef0001))];
        for (var i = 0; i < 300; i++)
        {
            var name = $"series_{i}";
            var time = 1_500_000_000_000L + i;
            var samples = new List<(long, long)>();
            for (var s = 0; s < random.Next(1, 150); s++)
            {
                time += random.Next(10) == 0 ? random.NextInt64(1, 1L << 34) : 15_000 + random.Next(3);
                var value = random.Next(4) switch { 0 => odd[random.Next(odd.Length)], 1 => random.NextDouble(), 2 => s, _ => random.Next(1 << 20) };
                Assert.Equal(AppendStatus.Stored, store.Append(name, time, value));
                samples.Add((time, BitConverter.DoubleToInt64Bits(value)));
            }
            expected.Add(name, samples);
        }
        Assert.Equal(expected, store.Read());
        await store.Flush();
        await store.Reopen();
        Assert.Equal(expected, store.Read());
        await store.Reopen();
        Assert.Equal(expected, store.Read());
        Assert.Empty(Directory.EnumerateFiles(store.Folder, "*.reason.txt", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_first_sample_of_a_time_wins_and_others_are_told()
    {
        await using var store = new TestStore();
        Assert.Equal(AppendStatus.Stored, store.Append("a", 1_000, 1));
        Assert.Equal(AppendStatus.DuplicateSame, store.Append("a", 1_000, 1));
        Assert.Equal(AppendStatus.DuplicateOther, store.Append("a", 1_000, 2));
        Assert.Equal(AppendStatus.OutOfOrder, store.Append("a", 999, 2));
        Assert.Equal(AppendStatus.TooNew, store.Append("a", long.MaxValue, 2));
        Assert.Equal(AppendStatus.TooOld, store.Append("a", long.MinValue, 2));
        Assert.Equal([(1_000, BitConverter.DoubleToInt64Bits(1))], store.Read()["a"]);
    }

    [Fact]
    public async Task Ranges_are_open_on_the_left_and_closed_on_the_right()
    {
        await using var store = new TestStore();
        for (var i = 1; i <= 100; i++) store.Append("a", i * 10, i);
        Assert.Equal(Enumerable.Range(21, 30).Select(i => i * 10L), store.Read(200, 500)["a"].Select(sample => sample.TimeMs));
        Assert.Equal([(500L, BitConverter.DoubleToInt64Bits(50))], store.Read(200, 500, Want.Newest)["a"]);
        Assert.Equal([(1000L, BitConverter.DoubleToInt64Bits(100))], store.Read(200, 5000, Want.Newest)["a"]);
        Assert.Empty(store.Read(1000, 5000));
        Assert.Empty(store.Read(1000, 5000, Want.Newest));
        Assert.Empty(store.Read(0, 9, Want.Labels));
        Assert.Single(store.Read(0, 10, Want.Labels));
    }

    [Theory]
    [InlineData(MatchKind.Equal, "job", "api", "1 2")]
    [InlineData(MatchKind.NotEqual, "job", "api", "3 4")]
    [InlineData(MatchKind.Equal, "job", "", "4")]
    [InlineData(MatchKind.NotEqual, "job", "", "1 2 3")]
    [InlineData(MatchKind.Regex, "job", "a.*|", "1 2 4")]
    [InlineData(MatchKind.Regex, "job", ".+", "1 2 3")]
    [InlineData(MatchKind.Regex, "job", ".*", "1 2 3 4")]
    [InlineData(MatchKind.NotRegex, "job", "a.*", "3 4")]
    [InlineData(MatchKind.NotRegex, "job", ".*", "")]
    [InlineData(MatchKind.Equal, "nowhere", "", "1 2 3 4")]
    [InlineData(MatchKind.Equal, "nowhere", "x", "")]
    [InlineData(MatchKind.NotEqual, "nowhere", "x", "1 2 3 4")]
    [InlineData(MatchKind.Equal, "job", "API", "")]
    public async Task Matchers_select_as_Prometheus_defines_them(MatchKind kind, string name, string value, string expected)
    {
        await using var store = new TestStore();
        (string, string)[][] series = [[("n", "1"), ("job", "api")], [("n", "2"), ("job", "api")], [("n", "3"), ("job", "web")], [("n", "4")]];
        foreach (var labels in series) store.Append(store.Handle(labels), 1, 1);
        using var snapshot = store.Store.Lease();
        Assert.Equal(expected, string.Join(' ', snapshot.LabelValues("n", [new LabelMatcher(kind, name, value)], 0, 1, default)));
        Assert.Equal(["job", "n"], snapshot.LabelNames([], 0, 1, default));
    }

    [Theory]
    [InlineData(0, 100, "late soon", "job n only")]
    [InlineData(0, 30, "soon", "job n only")]
    [InlineData(30, 70, "soon", "job n")]
    [InlineData(70, 100, "late", "job n")]
    [InlineData(200, 300, "", "")]
    public async Task Names_and_values_are_of_series_with_samples_in_the_range(long afterMs, long throughMs, string jobs, string names)
    {
        await using var store = new TestStore();
        // What the first series of a label have says nothing of the later ones.
        for (var i = 0; i < 20; i++) store.Append(store.Handle(("job", "soon"), ("n", $"{i}"), ("only", "x")), 10, 1);
        store.Append(store.Handle(("job", "soon"), ("n", "20")), 60, 1);
        store.Append(store.Handle(("job", "late"), ("n", "21")), 90, 1);
        using var snapshot = store.Store.Lease();
        LabelMatcher[] some = [new(MatchKind.Regex, "n", ".+")];

        Assert.Equal(jobs, string.Join(' ', snapshot.LabelValues("job", [], afterMs, throughMs, default)));
        Assert.Equal(jobs, string.Join(' ', snapshot.LabelValues("job", some, afterMs, throughMs, default)));
        Assert.Equal(names, string.Join(' ', snapshot.LabelNames([], afterMs, throughMs, default)));
        Assert.Equal(names, string.Join(' ', snapshot.LabelNames(some, afterMs, throughMs, default)));
    }

    [Fact]
    public async Task Series_with_equal_times_share_one_time_column()
    {
        await using var store = new TestStore();
        for (var i = 0; i < 40; i++)
        {
            for (var s = 0; s < 10; s++) store.Append($"s{s}", 1_000 + (i * 15_000), i * s);
        }
        store.Append("s3", 1_000_000, 1);
        using var snapshot = store.Store.Lease();
        using var cursor = snapshot.Select([], new SelectHints(0, 2_000_000, Want.Samples), default);
        using var batch = new SeriesBatch();
        Assert.True(cursor.MoveNext(batch));
        Assert.Equal(10, batch.Count);
        Assert.Equal(2, batch.TimeColumnCount);
        Assert.False(cursor.MoveNext(batch));
    }

    [Fact]
    public async Task A_second_store_on_the_folder_is_refused_by_name()
    {
        await using var store = new TestStore();
        var refusal = Assert.Throws<StoreLockedException>(store.Open);
        Assert.Equal($"{store.Folder} is in use by another process; stop it, or give this one a data folder of its own", refusal.Message);
    }

    [Fact]
    public async Task Raw_keys_lead_to_their_series_and_odd_texts_survive()
    {
        await using var store = new TestStore();
        var labels = new LabelSetBuilder();
        for (var i = 0; i < 5000; i++)
        {
            labels.Clear();
            labels.Add("__name__", "m");
            labels.Add("id", $"\"{i}\\\n\u00e9\u0001");
            Assert.True(labels.Sort());
            var key = store.Store.HashRaw(BitConverter.GetBytes(i));
            Assert.False(store.Store.TryFind(key, out _));
            Assert.True(store.Store.TryCreate(key, labels, out var handle, out _));
            Assert.True(store.Store.TryFind(key, out var found));
            Assert.Equal(handle, found);
        }
        Assert.True(store.Store.TryFind(store.Store.HashRaw(BitConverter.GetBytes(17)), out var seventeen));
        store.Append(seventeen, 5, 5);
        await store.Flush();
        await store.Reopen();
        using var snapshot = store.Store.Lease();
        var matcher = new LabelMatcher(MatchKind.Equal, "id", "\"17\\\n\u00e9\u0001");
        Assert.Equal([matcher.Value], snapshot.LabelValues("id", [matcher], 0, 10, default));
        Assert.True(snapshot.Symbols.TryFindPair("id"u8, matcher.ValueUtf8.Span, out var pair));
        Assert.Equal("\"id\":\"\\\"17\\\\\\n\u00e9\\u0001\"", System.Text.Encoding.UTF8.GetString(snapshot.Symbols.JsonUtf8(pair)));
    }
}
