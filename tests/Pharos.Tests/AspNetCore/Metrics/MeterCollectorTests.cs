using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Metrics.Exposition;

namespace Pharos.Tests.AspNetCore.Metrics;

public sealed class MeterCollectorTests : IDisposable
{
    readonly OwnMeters meters = new();
    readonly Meter meter;
    readonly Lines log = new();
    readonly MetricsOptions options = new() { MaxSeriesPerInstrument = 3 };
    readonly MeterCollector collector;

    public MeterCollectorTests() => (meter, collector) = (meters.Create("test"), new(options, TimeProvider.System, log, meters));

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

        Assert.Contains("# TYPE jobs counter\n# HELP jobs Instrument jobs_total of the meter", text, StringComparison.Ordinal);
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
    public void A_histogram_of_any_type_of_number_has_the_bounds_that_it_asks_for()
    {
        meter.CreateHistogram("prices", null, null, null, new InstrumentAdvice<decimal> { HistogramBucketBoundaries = [9.99m, 100m] }).Record(50m);
        meter.CreateHistogram("parts", null, null, null, new InstrumentAdvice<short> { HistogramBucketBoundaries = [7] }).Record(7);
        meter.CreateHistogram("bits", null, null, null, new InstrumentAdvice<byte> { HistogramBucketBoundaries = [8] }).Record(7);

        var text = Text();

        Assert.Contains("prices_bucket{le=\"9.99\"} 0\nprices_bucket{le=\"100\"} 1\nprices_bucket{le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("parts_bucket{le=\"7\"} 1\nparts_bucket{le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("bits_bucket{le=\"8\"} 1\nbits_bucket{le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Series_above_the_limit_are_folded_into_other_and_counted()
    {
        var counter = meter.CreateCounter<long>("paths_total");
        for (var i = 0; i < 10_000; i++) counter.Add(1, new KeyValuePair<string, object?>("path", i));

        var text = Text();

        Assert.Contains("paths_total{path=\"other\"} 9997\n", text, StringComparison.Ordinal);
        Assert.Matches("pharos_exporter_folded_measurements_total (9997|[0-9]{5,})\n", text); // The runtime's own meters, heard by all, have more than three series too.
    }

    [Fact]
    public void Folding_is_told_once_in_the_log()
    {
        var counter = meter.CreateCounter<long>("told_total");
        for (var i = 0; i < 100; i++) counter.Add(1, new KeyValuePair<string, object?>("path", i));

        Assert.Single(log.All, line => line.StartsWith("The metric told_total has more than 3 series; further labels are counted together", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_meters_with_one_instrument_name_add_up_in_one_family()
    {
        using var second = meters.Create("second");
        meter.CreateCounter<long>("shared_total").Add(2);
        second.CreateCounter<int>("shared_total").Add(3);

        Assert.Contains("\nshared_total 5\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_instrument_whose_lines_would_read_as_those_of_another_is_left_out_and_told()
    {
        meter.CreateHistogram<int>("clash").Record(1);
        meter.CreateGauge<int>("clash_count").Record(7);
        meter.CreateGauge<int>("clash").Record(8);

        var text = Text();

        Assert.DoesNotContain("clash_count 7", text, StringComparison.Ordinal);
        Assert.DoesNotContain("clash 8", text, StringComparison.Ordinal);
        Assert.Contains("pharos_exporter_conflicting_instruments 2\n", text, StringComparison.Ordinal);
        Assert.Contains(log.All, line => line.StartsWith("The instrument clash_count of the meter", StringComparison.Ordinal));
    }

    [Fact]
    public void A_disposed_meter_is_gone_and_its_names_are_free()
    {
        var brief = meters.Create("brief");
        brief.CreateHistogram<int>("brief").Record(1);
        brief.Dispose();
        meter.CreateGauge<int>("brief").Record(4);

        var text = Text();

        Assert.DoesNotContain("brief_bucket", text, StringComparison.Ordinal);
        Assert.Contains("\nbrief 4\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Measurements_that_would_spoil_a_series_are_dropped_and_counted()
    {
        var counter = meter.CreateCounter<double>("sound_total");
        counter.Add(2);
        counter.Add(-1);
        counter.Add(double.NaN);
        meter.CreateHistogram<double>("sound_size").Record(double.PositiveInfinity);

        var text = Text();

        Assert.Contains("\nsound_total 2\n", text, StringComparison.Ordinal);
        Assert.Contains("pharos_exporter_dropped_measurements_total 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_of_the_meter_and_the_instrument_are_labels_too()
    {
        using var tagged = meters.Create("tagged", null, [new("zone", "a"), new("node", "1")]);
        tagged.CreateCounter<int>("tagged_total", null, null, [new("node", "2")]).Add(1, new KeyValuePair<string, object?>("k", ""));

        Assert.Contains("tagged_total{node=\"2\",zone=\"a\"} 1\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_an_instrument_rename_it_choose_its_bounds_or_hide_it()
    {
        options.Instruments["chosen.size"] = new() { Name = "bytes_sent", Help = "Sent.", Bounds = { 10, 1 } };
        options.Instruments["hidden_total"] = new() { IsIgnored = true };
        meter.CreateHistogram<long>("chosen.size", "By").Record(3);
        meter.CreateCounter<int>("hidden").Add(1);

        var text = Text();

        Assert.Contains("# HELP bytes_sent Sent.\n# TYPE bytes_sent histogram\nbytes_sent_bucket{le=\"1\"} 0\nbytes_sent_bucket{le=\"10\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", text, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenMetrics_has_units_bounds_with_a_point_and_exemplars_of_sampled_spans()
    {
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == "exemplar-test", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("exemplar-test");
        var histogram = meter.CreateHistogram("slept", "s", "Slept.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] });
        using var activity = source.StartActivity("work")!;
        histogram.Record(0.25);

        var text = Text(isOpenMetrics: true);

        Assert.Matches($"# TYPE slept_seconds histogram\n# UNIT slept_seconds seconds\n# HELP slept_seconds Slept\\.\nslept_seconds_bucket\\{{le=\"1\\.0\"\\}} 1 # \\{{trace_id=\"{activity.TraceId}\",span_id=\"{activity.SpanId}\"\\}} 0\\.25 [0-9.]+\n", text);
        Assert.DoesNotContain("trace_id", Text(), StringComparison.Ordinal);
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
    public async Task Scrapes_at_once_beside_measurements_and_dying_meters_are_all_whole()
    {
        var counter = meter.CreateCounter<long>("busy_total");
        var observed = 0;
        meter.CreateObservableGauge("busy_level", () => Interlocked.Increment(ref observed));
        using var stop = new CancellationTokenSource();
        var noise = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                using var brief = meters.Create($"busy-{i}");
                brief.CreateCounter<int>("busy_brief_total").Add(1);
                counter.Add(1, new KeyValuePair<string, object?>("k", i % 5));
            }
        }, CancellationToken.None);

        var texts = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Text(isOpenMetrics: i % 2 == 0))));
        await stop.CancelAsync();
        await noise;

        Assert.All(texts, text => Assert.Equal(1, text.Split("# TYPE busy_level gauge\n").Length - 1));
        Assert.Equal(50, observed);
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

        Assert.Equal(0, Allocations.OfQuietest(() =>
        {
            for (var i = 0; i < 1_000; i++) Record();
        }));
    }

    [Theory]
    [InlineData(ExpositionFormat.Text)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    [InlineData(ExpositionFormat.Protobuf)]
    public void A_scrape_allocates_nothing_per_series(object format)
    {
        options.MaxSeriesPerInstrument = 20_000;
        var counter = meter.CreateCounter<long>("wide_total");
        var few = Allocated(10);
        var many = Allocated(10_000);

        Assert.InRange(many - few, -20_000, 20_000); // Two bytes a series would show.

        long Allocated(int series)
        {
            for (var i = 0; i < series; i++) counter.Add(i, new KeyValuePair<string, object?>("k", i));
            return Allocations.OfQuietest(() =>
            {
                using var buffer = new ByteBuffer(8 << 20);
                Write(buffer);
            });
        }

        void Write(ByteBuffer buffer) => collector.WriteAsync(buffer, (ExpositionFormat)format, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    string Text(bool isOpenMetrics = false)
    {
        using var buffer = new ByteBuffer();
        collector.WriteAsync(buffer, isOpenMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(buffer.Written.Span);
    }

    /// <summary>Keeps what was logged, as text.</summary>
    sealed class Lines : ILogger<MeterCollector>
    {
        readonly List<string> all = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (all) return [.. all];
            }
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (all) all.Add(formatter(state, exception));
        }
    }

    sealed class Unprintable
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
