using Pharos.Storage.Series;

namespace Pharos.Tests.Storage.Series;

public sealed class SeriesStoreFiguresTests
{
    [Fact]
    public async Task Figures_tell_series_times_and_the_largest_contributors()
    {
        await using var store = new TestStore();
        Assert.Null(store.Store.Stats().HeadMinMs);
        for (var i = 0; i < 5; i++) store.Append(store.Handle(("__name__", i < 3 ? "big" : "small"), ("id", $"{i}")), 1_000 + i, 1);
        var stats = store.Store.Stats();
        Assert.Equal((5, 5, 1_000L, 1_004L, 5L), (stats.HeadSeries, stats.Series, stats.HeadMinMs, stats.HeadMaxMs, stats.SamplesAppended));
        var cardinality = store.Store.Cardinality(2);
        Assert.Equal([new NamedCount("big", 3), new NamedCount("small", 2)], cardinality.SeriesByMetricName);
        Assert.Equal([new NamedCount("id", 5), new NamedCount("__name__", 2)], cardinality.ValuesByLabelName);
        Assert.Equal([new NamedCount("__name__=big", 3), new NamedCount("__name__=small", 2)], cardinality.SeriesByLabelPair);
    }
}
