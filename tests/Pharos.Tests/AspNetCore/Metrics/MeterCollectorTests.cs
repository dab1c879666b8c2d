using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using Pharos.AspNetCore;
using Pharos.AspNetCore.Metrics;

namespace Pharos.Tests.AspNetCore.Metrics;

public sealed class MeterCollectorTests : IDisposable
{
    readonly Meter meter = new($"test-{Guid.NewGuid()}");
    readonly MeterCollector collector = new(new MetricsOptions { MaxSeriesPerInstrument = 3 });

    public void Dispose()
    {
        collector.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void A_counter_adds_up_and_ends_in_total()
    {
        var counter = meter.CreateCounter<long>("a.b", unit: "By", description: "Bytes\nsent.");
        counter.Add(2, new KeyValuePair<string, object?>("to", "x\"y\\z\n"));
        counter.Add(3, new KeyValuePair<string, object?>("to", "x\"y\\z\n"));

        var text = Text();

        Assert.Contains("# HELP a_b_bytes_total Bytes\\nsent.\n# TYPE a_b_bytes_total counter\na_b_bytes_total{to=\"x\\\"y\\\\z\\n\"} 5\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenMetrics_names_the_family_without_total_and_ends_with_EOF()
    {
        meter.CreateCounter<int>("jobs_total").Add(1);

        var text = Text(isOpenMetrics: true);

        Assert.Contains("# TYPE jobs counter\njobs_total 1\n", text, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_in_another_order_are_the_same_series()
    {
        var counter = meter.CreateUpDownCounter<double>("level");
        counter.Add(1.5, new("a", 1), new KeyValuePair<string, object?>("b", true));
        counter.Add(-0.5, new("b", true), new KeyValuePair<string, object?>("a", 1));

        Assert.Contains("# TYPE level gauge\nlevel{a=\"1\",b=\"true\"} 1\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_counts_cumulatively_and_its_count_is_its_last_bucket()
    {
        var histogram = meter.CreateHistogram("took", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in (double[])[0.05, 0.1, 0.5, 7, double.NaN]) histogram.Record(value);

        Assert.Contains("took_seconds_bucket{le=\"0.1\"} 2\ntook_seconds_bucket{le=\"1\"} 3\ntook_seconds_bucket{le=\"+Inf\"} 4\ntook_seconds_sum 7.65\ntook_seconds_count 4\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Series_above_the_limit_are_folded_into_other_and_counted()
    {
        var counter = meter.CreateCounter<long>("paths_total");
        for (var i = 0; i < 10_000; i++) counter.Add(1, new KeyValuePair<string, object?>("path", i));

        var text = Text();

        Assert.Contains("paths_total{path=\"other\"} 9997\n", text, StringComparison.Ordinal);
        Assert.Matches("pharos_exporter_folded_measurements_total (9997|[0-9]{5,})\n", text); // Other tests' meters are of this process too.
    }

    [Fact]
    public void An_observable_series_that_is_no_longer_reported_is_gone()
    {
        var values = new List<Measurement<int>> { new(1, new KeyValuePair<string, object?>("q", "a")), new(2, new KeyValuePair<string, object?>("q", "b")) };
        meter.CreateObservableGauge("depth", () => values);

        Assert.Contains("depth{q=\"b\"} 2\n", Text(), StringComparison.Ordinal);
        values.RemoveAt(1);
        var text = Text();

        Assert.Contains("depth{q=\"a\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("q=\"b\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_observable_that_throws_is_left_out_and_counted()
    {
        meter.CreateObservableGauge("broken", new Func<int>(() => throw new InvalidOperationException("no")));
        meter.CreateCounter<int>("fine_total").Add(1);

        var text = Text();

        Assert.Contains("fine_total 1\n", text, StringComparison.Ordinal);
        Assert.Contains("pharos_exporter_failed_observations_total 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_names_and_values_still_make_valid_lines()
    {
        var counter = meter.CreateCounter<long>("9 bad-name!");
        counter.Add(1, new("__name__", "x"), new("le", "\ud800"), new KeyValuePair<string, object?>("", new Unprintable()));

        Assert.Contains("_9_bad_name_total{_=\"unprintable\",tag_le=\"\uFFFD\",tag_name__=\"x\"} 1\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_measurements_are_all_counted()
    {
        var counter = meter.CreateCounter<double>("races_total");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++) counter.Add(1, new KeyValuePair<string, object?>("k", i % 3));
        })));

        Assert.Contains("races_total{k=\"0\"} 66668\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Recording_on_a_known_series_allocates_nothing()
    {
        var counter = meter.CreateCounter<long>("hot_total");
        void Record() => counter.Add(1, new("method", "GET"), new("endpoint", "/a/{b}"), new KeyValuePair<string, object?>("status", "200"));
        for (var i = 0; i < 100; i++) Record();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) Record();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2", true)]
    [InlineData("application/openmetrics-text;q=0.1,text/plain;q=0.9", false)]
    public void The_format_follows_the_weights_of_the_Accept_header(string accept, bool isOpenMetrics) => Assert.Equal(isOpenMetrics, MetricsEndpoint.PrefersOpenMetrics(accept));

    string Text(bool isOpenMetrics = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        collector.Write(buffer, isOpenMetrics);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    sealed class Unprintable
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
