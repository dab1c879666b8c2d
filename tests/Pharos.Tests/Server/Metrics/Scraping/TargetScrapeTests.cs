using System.IO.Compression;
using System.Net;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Discovery;
using Pharos.Server.Findings;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Tests.Server.Metrics.Scraping;

public sealed class TargetScrapeTests
{
    static readonly ScrapeConfig Plain = new() { JobName = "j" };

    [Fact]
    public async Task Samples_get_the_target_s_labels_and_the_scrape_s_time()
    {
        var target = new FakeTarget(Plain);

        Assert.Equal(["a{job=\"j\"} 1 @1000", "b{job=\"j\",x=\"y\"} 2.5 @1000"], await target.ScrapeAsync(1000, "a 1\nb{x=\"y\"} 2.5\n"));
        Assert.Equal(TargetHealth.Up, target.Status.Health);
    }

    [Fact]
    public async Task A_scrape_reports_on_itself()
    {
        var target = new FakeTarget(Plain with { ExtraScrapeMetrics = true, Limits = new() { Samples = 7 }, MetricRelabelConfigs = [Drop("b")] });
        await target.ScrapeAsync(1000, "a 1\n");
        target.Sink.KeepsReports = true;

        var reports = (await target.ScrapeAllAsync(2000, "a 1\nb 2\nc 3\n"u8.ToArray())).Where(sample => !sample.StartsWith("scrape_duration", StringComparison.Ordinal));

        Assert.Equal(
            [
                "a{job=\"j\"} 1 @2000", "c{job=\"j\"} 3 @2000", "up{job=\"j\"} 1 @2000",
                "scrape_samples_scraped{job=\"j\"} 3 @2000", "scrape_samples_post_metric_relabeling{job=\"j\"} 2 @2000", "scrape_series_added{job=\"j\"} 1 @2000",
                "scrape_timeout_seconds{job=\"j\"} 10 @2000", "scrape_sample_limit{job=\"j\"} 7 @2000", "scrape_body_size_bytes{job=\"j\"} 12 @2000",
            ],
            reports);
    }

    [Fact]
    public async Task A_series_that_disappears_gets_a_stale_marker_once()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1000, "a 1\nb 1\nc 1\n");

        Assert.Equal(["a{job=\"j\"} 2 @2000", "c{job=\"j\"} 2 @2000", "b{job=\"j\"} stale @2000"], await target.ScrapeAsync(2000, "a 2\nc 2\n"));
        Assert.Equal(["a{job=\"j\"} 3 @3000", "c{job=\"j\"} 3 @3000"], await target.ScrapeAsync(3000, "a 3\nc 3\n"));
    }

    [Fact]
    public async Task The_last_series_of_a_body_may_disappear_too()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1000, "a 1\nb 1\n");

        Assert.Equal(["a{job=\"j\"} 2 @2000", "b{job=\"j\"} stale @2000"], await target.ScrapeAsync(2000, "a 2\n"));
        Assert.Equal(["a{job=\"j\"} stale @3000"], await target.ScrapeAsync(3000, ""));
    }

    [Fact]
    public async Task Lines_may_come_in_any_order()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1000, "# TYPE a gauge\na 1\nb 1\nc 1\n");
        var created = target.Sink.Created;

        Assert.Equal(["c{job=\"j\"} 2 @2000", "d{job=\"j\"} 2 @2000", "a{job=\"j\"} 2 @2000", "b{job=\"j\"} 2 @2000"], await target.ScrapeAsync(2000, "c 2\nd 2\n# TYPE a gauge\na 2\nb 2\n"));
        Assert.Equal(created + 1, target.Sink.Created);
    }

    [Fact]
    public async Task The_same_series_written_another_way_is_not_stale()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1000, "a{x=\"1\",y=\"2\"} 1\n");

        Assert.Equal(["a{job=\"j\",x=\"1\",y=\"2\"} 2 @2000"], await target.ScrapeAsync(2000, "a{y=\"2\",x=\"1\"} 2\n"));
    }

    [Fact]
    public async Task A_failed_scrape_ends_all_series_and_stores_no_sample()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1000, "a 1\nb 1\n");

        Assert.Equal(["a{job=\"j\"} stale @2000", "b{job=\"j\"} stale @2000", "up{job=\"j\"} 0 @2000"], await target.ScrapeAllAsync(2000, "a 2\nb {\n"u8.ToArray()));
        Assert.Equal("line 2, column 4: found the end of the line, expected a label name", target.Status.LastError);
        Assert.Equal(["up{job=\"j\"} 0 @3000"], await target.ScrapeAllAsync(3000, [], answer: HttpStatusCode.InternalServerError));
        Assert.Equal("server returned HTTP status 500 Internal Server Error", target.Status.LastError);
        Assert.Equal(["a{job=\"j\"} 4 @4000", "up{job=\"j\"} 1 @4000"], await target.ScrapeAllAsync(4000, "a 4\n"u8.ToArray()));
    }

    [Fact]
    public async Task A_target_that_goes_away_ends_its_series_and_its_reports()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1000, "a 1\n");

        Assert.Equal(["a{job=\"j\"} stale @5000", "up{job=\"j\"} stale @5000"], await target.EndAsync(5000));
    }

    [Fact]
    public async Task Own_timestamps_are_honoured_and_such_series_are_not_marked_stale()
    {
        var target = new FakeTarget(Plain);
        Assert.Equal(["a{job=\"j\"} 1 @77"], await target.ScrapeAsync(1000, "a 1 77\n"));
        Assert.Empty(await target.ScrapeAsync(2000, ""));

        var tracking = new FakeTarget(Plain with { TrackTimestampsStaleness = true });
        await tracking.ScrapeAsync(1000, "a 1 77\n");
        Assert.Equal(["a{job=\"j\"} stale @2000"], await tracking.ScrapeAsync(2000, ""));

        var ignoring = new FakeTarget(Plain with { HonorTimestamps = false });
        Assert.Equal(["a{job=\"j\"} 1 @1000"], await ignoring.ScrapeAsync(1000, "a 1 77\n"));
        Assert.Equal(["a{job=\"j\"} stale @2000"], await ignoring.ScrapeAsync(2000, ""));
    }

    [Fact]
    public async Task Labels_of_the_target_win_unless_the_scraped_ones_are_honoured()
    {
        var labels = LabelSet.From(("job", "j"), ("x", "target"));
        const string Body = "a{x=\"own\",exported_x=\"taken\"} 1\n";

        Assert.Equal(["a{exported_exported_x=\"own\",exported_x=\"taken\",job=\"j\",x=\"target\"} 1 @1"], await new FakeTarget(Plain, labels).ScrapeAsync(1, Body));
        Assert.Equal(["a{exported_x=\"taken\",job=\"j\",x=\"own\"} 1 @1"], await new FakeTarget(Plain with { HonorLabels = true }, labels).ScrapeAsync(1, Body));
    }

    [Fact]
    public async Task Metric_relabelling_changes_and_drops_series_and_is_remembered()
    {
        var target = new FakeTarget(Plain with { MetricRelabelConfigs = [Drop("b.*"), new() { SourceLabels = ["x"], TargetLabel = "z" }] });

        Assert.Equal(["a{job=\"j\",x=\"y\",z=\"y\"} 1 @1"], await target.ScrapeAsync(1, "a{x=\"y\"} 1\nb1 1\nb2 1\n"));
        Assert.Equal(["a{job=\"j\",x=\"y\",z=\"y\"} 2 @2"], await target.ScrapeAsync(2, "a{x=\"y\"} 2\nb1 1\nb2 1\n"));
        Assert.Equal((3, 1), (target.Status.Samples, target.Status.SamplesAfterRelabelling));
    }

    [Fact]
    public async Task Changed_rules_lead_the_same_lines_to_other_series_and_end_the_old_ones()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1, "a 1\nb 1\n");
        target.Change(Plain with { MetricRelabelConfigs = [Drop("b")] });

        Assert.Equal(["a{job=\"j\"} 2 @2", "b{job=\"j\"} stale @2"], await target.ScrapeAsync(2, "a 2\nb 2\n"));
    }

    [Fact]
    public async Task Series_whose_slot_was_given_away_are_resolved_again_within_the_scrape()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1, "a 1\nb 1\n");
        target.Sink.GiveAwayAll();

        Assert.Equal(["a{job=\"j\"} 2 @2", "b{job=\"j\"} 2 @2"], await target.ScrapeAsync(2, "a 2\nb 2\n"));
        Assert.Equal(["a{job=\"j\"} 3 @3", "b{job=\"j\"} 3 @3", "up{job=\"j\"} 1 @3"], await target.ScrapeAllAsync(3, "a 3\nb 3\n"u8.ToArray()));
    }

    [Theory]
    [InlineData("a 1\nb 1\nc 1\n", "sample_limit exceeded (samples: 3, limit: 2)")]
    [InlineData("a{l1=\"1\",l2=\"2\"} 1\n", "label_limit exceeded (metric: a, number of labels: 4, limit: 3)")]
    [InlineData("a{abcdefghijklmnopqrstu=\"1\"} 1\n", "label_name_length_limit exceeded (metric: a, label name: abcdefghijklmnopqrstu, length: 21, limit: 20)")]
    [InlineData("a{b=\"123456789012345678901\"} 1\n", "label_value_length_limit exceeded (metric: a, label name: b, value: \"123456789012345678901\", length: 21, limit: 20)")]
    public async Task A_scrape_above_a_limit_is_dropped_whole(string body, string reason)
    {
        var target = new FakeTarget(Plain with { Limits = new() { Samples = 2, Labels = 3, LabelNameBytes = 20, LabelValueBytes = 20 } });

        Assert.Empty(await target.ScrapeAsync(1, body));
        Assert.Equal(reason, target.Status.LastError);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_dropped_also_when_it_is_small_on_the_wire()
    {
        var target = new FakeTarget(Plain with { Limits = new() { BodySizeBytes = 10_000 } });
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) await gzip.WriteAsync(Encoding.UTF8.GetBytes("# " + new string('x', 50_000_000) + "\n"), TestContext.Current.CancellationToken);

        Assert.Equal(["up{job=\"j\"} 0 @1"], await target.ScrapeAllAsync(1, packed.ToArray(), contentEncoding: "gzip"));
        Assert.Equal("body_size_limit exceeded (limit: 10000 bytes)", target.Status.LastError);
        Assert.Equal(-1, target.Status.BodyBytes);
    }

    [Fact]
    public async Task Garbage_that_claims_to_be_gzip_is_a_failed_scrape()
    {
        var target = new FakeTarget(Plain);

        Assert.Equal(["up{job=\"j\"} 0 @1"], await target.ScrapeAllAsync(1, "a 1\n"u8.ToArray(), contentEncoding: "gzip"));
        Assert.StartsWith("the body is not valid gzip", target.Status.LastError);
    }

    [Fact]
    public async Task A_body_without_a_type_is_read_as_text_and_told()
    {
        var target = new FakeTarget(Plain);
        Assert.Equal(["a{job=\"j\"} 1 @1"], await target.ScrapeAsync(1, "a 1\n", type: null));
        Assert.Equal("the answer has no Content-Type; it was read as Prometheus text (fallback_scrape_protocol makes this explicit)", target.Status.LastError);

        var told = new FakeTarget(Plain with { FallbackProtocol = ScrapeProtocol.OpenMetricsText1_0_0 });
        await told.ScrapeAsync(1, "a 1\n", type: "text/html");
        Assert.Equal("line 2, column 1: the data does not end with \"# EOF\"; it may have been cut off", told.Status.LastError);
    }

    [Fact]
    public async Task Bounds_of_histograms_and_summaries_get_one_spelling()
    {
        var target = new FakeTarget(Plain);
        const string Body = "# TYPE h histogram\nh_bucket{le=\"-0\"} 1\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"1_0\"} 1\nh_bucket{le=\"1e6\"} 1\nh_bucket{le=\"+Inf\"} 2\n# TYPE s summary\ns{quantile=\"1\"} 1\n# TYPE g gauge\ng{le=\"1\"} 1\n";

        Assert.Equal(
            ["h_bucket{job=\"j\",le=\"0.0\"} 1 @1", "h_bucket{job=\"j\",le=\"1.0\"} 1 @1", "h_bucket{job=\"j\",le=\"10.0\"} 1 @1", "h_bucket{job=\"j\",le=\"1e+06\"} 1 @1", "h_bucket{job=\"j\",le=\"+Inf\"} 2 @1", "s{job=\"j\",quantile=\"1.0\"} 1 @1", "g{job=\"j\",le=\"1\"} 1 @1"],
            await target.ScrapeAsync(1, Body));
    }

    [Fact]
    public async Task Exemplars_are_handed_over_once_each()
    {
        var target = new FakeTarget(Plain);
        for (var i = 1; i <= 3; i++) await target.ScrapeAsync(i * 1000, "# TYPE a counter\na_total 1 # {trace_id=\"x\"} 0.5\n# EOF\n", FakeTarget.OpenMetrics);
        await target.ScrapeAsync(4000, "# TYPE a counter\na_total 2 # {trace_id=\"y\"} 0.7 3.5\n# EOF\n", FakeTarget.OpenMetrics);

        var series = Assert.Single(target.Exemplars.Select([[new(MatchKind.Equal, "__name__", "a_total")]], 0, 10_000));
        Assert.Equal("a_total{job=\"j\"}", series.Series.ToString());
        Assert.Equal([("x", 0.5, 1000), ("y", 0.7, 3500)], series.Exemplars.Select(exemplar => (exemplar.Labels["trace_id"], exemplar.Value, exemplar.TimeMs)));
    }

    [Fact]
    public async Task Metadata_is_kept_by_family_and_does_not_grow_with_churn()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1, "# HELP a what\\nit is\n# TYPE a counter\na 1\n");
        Assert.Equal(new(Pharos.Model.Samples.MetricKind.Counter, "what\nit is", ""), target.Status.Metadata()["a"]);

        for (var i = 0; i < 1000; i++) await target.ScrapeAsync(i + 2, $"# TYPE a{i} counter\na{i} 1\n");
        Assert.InRange(target.Status.Metadata().Count, 1, 200);
    }

    [Fact]
    public async Task Native_histograms_come_by_protobuf_and_end_like_other_series()
    {
        var target = new FakeTarget(Plain with { ScrapeNativeHistograms = true, Protocols = ScrapeProtocolNames.DefaultWithNativeHistograms });
        const string Type = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
        // name "h", type histogram, one metric: count 5, zero threshold 0.5.
        byte[] body = [20, 0x0a, 1, (byte)'h', 0x18, 4, 0x22, 13, 0x3a, 11, 0x08, 5, 0x31, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f];

        for (var i = 1; i <= 2; i++) Assert.Equal([$"h{{job=\"j\"}} histogram(5) @{i}", $"up{{job=\"j\"}} 1 @{i}"], await target.ScrapeAllAsync(i, body, Type));
        Assert.Equal(["h{job=\"j\"} stale @3", "up{job=\"j\"} 1 @3"], await target.ScrapeAllAsync(3, [], Type));
        Assert.StartsWith("application/vnd.google.protobuf", target.LastRequest!.Headers.GetValues("Accept").First());
        Assert.Equal(["up{job=\"j\"} 0 @4"], await target.ScrapeAllAsync(4, [200, 1], Type));
        Assert.Equal("protobuf: byte 2: a message of 200 bytes, 0 are left", target.Status.LastError);
    }

    [Fact]
    public async Task A_store_that_takes_no_new_series_keeps_the_old_ones_going()
    {
        var target = new FakeTarget(Plain);
        await target.ScrapeAsync(1, "a 1\n");
        target.Sink.RefusesNewSeries = "the limit of 1 series is reached";

        Assert.Equal(["a{job=\"j\"} 2 @2", "up{job=\"j\"} 1 @2"], await target.ScrapeAllAsync(2, "a 2\nb 2\n"u8.ToArray()));
        Assert.Equal("the store did not take 1 series: the limit of 1 series is reached", target.Status.LastError);
        Assert.Equal(TargetHealth.Up, target.Status.Health);
        Assert.Equal(("job j", "not everything that 1 targets show is stored: the limit of 1 series is reached"), Assert.Single(target.Findings.All()) is var found ? (found.Where, found.Message) : default);

        target.Sink.RefusesNewSeries = null;
        await target.ScrapeAllAsync(3, "a 2\nb 2\n"u8.ToArray());
        Assert.Equal("", target.Status.LastError);
        Assert.Empty(target.Findings.All());
    }

    [Fact]
    public async Task Samples_ahead_of_the_clock_are_dropped_and_told_while_the_target_stays_up()
    {
        var target = new FakeTarget(Plain);
        target.Sink.LatestMs = 4_000;

        Assert.Equal(["a{job=\"j\"} 1 @1000", "up{job=\"j\"} 1 @1000"], await target.ScrapeAllAsync(1000, "a 1\nb 2 5000\n"u8.ToArray()));
        Assert.Equal("1 samples were not stored: 1 more than 10 minutes ahead of this server's clock", target.Status.LastError);
        Assert.Equal("set the target's clock, or honor_timestamps: false", Assert.Single(target.Findings.All()).Mend);
        Assert.Contains("b{job=\"j\"} 2 @2000", await target.ScrapeAsync(2000, "b 2 2000\n"));
        Assert.Empty(target.Findings.All());
    }

    [Theory]
    [InlineData("a 1\nb 1\nc one\n", 0)]
    [InlineData("a 1\nb 1\nc 1\nd 1\n", 3)]
    public async Task A_failed_scrape_adds_no_series(string body, long sampleLimit)
    {
        var target = new FakeTarget(Plain with { Limits = new() { Samples = sampleLimit } });
        target.Sink.KeepsReports = true;

        for (var i = 1; i <= 2; i++) Assert.Contains($"scrape_series_added{{job=\"j\"}} 0 @{i}", await target.ScrapeAllAsync(i, Encoding.UTF8.GetBytes(body)));
        Assert.Contains("scrape_series_added{job=\"j\"} 2 @3", await target.ScrapeAllAsync(3, "a 1\nb 1\n"u8.ToArray()));
    }

    [Fact]
    public async Task OpenMetrics_times_may_have_fractions_and_exponents_and_those_beyond_all_calendars_are_out_of_bounds()
    {
        var target = new FakeTarget(Plain);
        target.Sink.LatestMs = 4_000_000_000_000;

        Assert.Equal(
            ["a{job=\"j\"} 1 @1500", "b{job=\"j\"} 1 @1700000000500", "c{job=\"j\"} 1 @-1500", "g{job=\"j\"} 1 @1"],
            await target.ScrapeAsync(1, "a 1 1.5\nb 1 1.7000000005e9\nc 1 -1.5\nd 1 1e300\ne 1 9.3e15\nf 1 9223372036854775807\ng 1\n# EOF\n", FakeTarget.OpenMetrics));
        Assert.Equal("3 samples were not stored: 3 more than 10 minutes ahead of this server's clock", target.Status.LastError);
        await target.ScrapeAsync(2, "a 1 NaN\n# EOF\n", FakeTarget.OpenMetrics);
        Assert.Equal("line 1, column 5: the timestamp is not a time", target.Status.LastError);
    }

    [Fact]
    public async Task A_steady_scrape_allocates_nothing_per_sample()
    {
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"metric_number_{i}{{instance=\"x\",path=\"/a/b\"}} {i}.5\n")));
        var sink = new CountingSink();
        var memory = new TargetMemory();
        var intake = new SampleIntake(sink, new(0), memory);
        var space = new ScrapeWorkspace();
        for (var i = 0; i < 3; i++) Take(i);

        var timeMs = 10;
        var allocated = Allocations.OfQuietest(() => Take(timeMs++));

        Assert.Equal(20_000, space.Batch.Count);
        Assert.InRange(allocated, 0, 1024);

        void Take(long timeMs) => intake.Take(body, Pharos.Server.Metrics.Exposition.ExpositionFormat.PrometheusText, Plain, LabelSet.Empty, timeMs, space, false, CancellationToken.None);
    }

    static RelabelConfig Drop(string name) => new() { Action = RelabelAction.Drop, SourceLabels = ["__name__"], Regex = Re2.CompileAnchored(name) };

    sealed class CountingSink : Pharos.Model.Writing.ISeriesSink
    {
        uint slots;

        public UInt128 HashRaw(ReadOnlySpan<byte> raw) => 0;

        public bool TryFind(UInt128 rawKey, out Pharos.Model.Writing.SeriesHandle handle)
        {
            handle = default;
            return false;
        }

        public bool TryCreate(UInt128 rawKey, Pharos.Model.Writing.LabelSetBuilder sortedLabels, out Pharos.Model.Writing.SeriesHandle handle, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason)
        {
            handle = new(slots++, 1);
            reason = null;
            return true;
        }

        public Pharos.Model.Writing.AppendOutcome Append(Pharos.Model.Writing.SampleBatch batch) => default;

        public ValueTask FlushAsync(CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
