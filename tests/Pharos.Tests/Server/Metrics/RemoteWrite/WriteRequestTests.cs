using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Server.Metrics.Exemplars;
using Pharos.Server.Metrics.Metadata;
using Pharos.Server.Metrics.RemoteWrite;
using Pharos.Server.Wire;

namespace Pharos.Tests.Server.Metrics.RemoteWrite;

public sealed class WriteRequestTests
{
    readonly RecordingSink sink = new();
    readonly ExemplarRing exemplars = new(100);
    readonly MetadataCatalogue metadata = new();
    readonly SeriesIntake intake;

    public WriteRequestTests() => intake = new(sink, exemplars, metadata, new RemoteWriteLimits());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Samples_arrive_with_their_labels_sorted(int version)
    {
        Walk(version, ("job=api __name__=up a=b", [(1_000, 1), (2_000, 0)]), ("__name__=up job=web", [(1_000, double.NaN)]));

        var first = LabelSet.From(("__name__", "up"), ("job", "api"), ("a", "b"));
        Assert.Equal([(first, 1_000, 1.0, 0), (first, 2_000, 0.0, 0)], sink.Samples.Take(2));
        Assert.Equal((3, 0), (intake.Tally.Samples, intake.Tally.Refused));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_series_that_is_known_is_not_taken_apart_again(int version)
    {
        Walk(version, ("__name__=up job=api", [(1_000, 1)]));
        Walk(version, ("__name__=up job=api", [(2_000, 1)]));

        Assert.Equal((1, 2), (sink.Creations, sink.Samples.Count));
    }

    [Fact]
    public void Both_versions_lead_to_the_same_raw_form()
    {
        Walk(1, ("__name__=up job=api", [(1_000, 1)]));
        Walk(2, ("__name__=up job=api", [(2_000, 1)]));

        Assert.Equal(1, sink.Creations);
    }

    [Fact]
    public void The_bits_of_a_stale_marker_are_kept()
    {
        Walk(1, ("__name__=up", [(1_000, StaleMarker.Value)]));

        Assert.Equal(StaleMarker.Bits, BitConverter.DoubleToInt64Bits(sink.Samples[0].Value));
    }

    [Fact]
    public void Labels_behind_samples_are_labels_too()
    {
        var series = new ProtoWriter();
        series.Message(1, SomeRequest.Label("__name__", "up"));
        series.Message(2, SomeRequest.Sample(1_000, 1));
        series.Message(1, SomeRequest.Label("job", "api"));
        var request = new ProtoWriter();
        request.Message(1, series);

        WriteRequestV1.Walk(request.Written, intake);

        Assert.Equal(LabelSet.From(("__name__", "up"), ("job", "api")), Assert.Single(sink.Samples).Series);
    }

    [Fact]
    public void The_order_of_fields_of_a_2_0_series_does_not_matter()
    {
        var references = new ProtoWriter();
        foreach (var reference in (ReadOnlySpan<int>)[1, 2]) references.RawVarint((ulong)reference);
        var series = new ProtoWriter();
        series.Message(2, SomeRequest.Sample(2_000, 7));
        series.Int64(6, 500);
        series.Message(1, references);
        var request = new ProtoWriter();
        request.Message(5, series);
        foreach (var symbol in (ReadOnlySpan<string>)["", "__name__", "up"]) request.Bytes(4, Encoding.UTF8.GetBytes(symbol));

        new WriteRequestV2().Walk(request.Written, intake);

        Assert.Equal((LabelSet.From(("__name__", "up")), 2_000, 7.0, 500), Assert.Single(sink.Samples));
    }

    [Theory]
    [InlineData("job=api", "series without a metric name: 1 samples, first of series {job=\"api\"}")]
    [InlineData("__name__=up a=1 a=2", "label name twice in one series: 1 samples, first of series up{a=\"2\"}")]
    [InlineData("__name__=up =x", "label without a name: 1 samples, first of series up{=\"x\"}")]
    public void A_series_that_cannot_be_is_named_and_the_rest_is_stored(string labels, string told)
    {
        Walk(1, (labels, [(1_000, 1)]), ("__name__=good", [(1_000, 1)]));

        Assert.Equal("good", Assert.Single(sink.Samples).Series["__name__"]);
        Assert.Equal(told, intake.Tally.ToString());
    }

    [Fact]
    public void Label_bytes_that_are_no_text_are_refused()
    {
        var label = new ProtoWriter();
        label.Bytes(1, "a"u8);
        label.Bytes(2, [0xff, 0xfe]);
        var series = new ProtoWriter();
        series.Message(1, SomeRequest.Label("__name__", "up"));
        series.Message(1, label);
        series.Message(2, SomeRequest.Sample(1_000, 1));
        var request = new ProtoWriter();
        request.Message(1, series);

        WriteRequestV1.Walk(request.Written, intake);

        Assert.StartsWith("label that is not UTF-8: 1 samples", intake.Tally.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reasons_are_counted_and_name_their_first_series()
    {
        Walk(1, ("__name__=a", [(2_000, 1)]), ("__name__=b", [(2_000, 1)]));
        intake.Reset();
        Walk(1, ("__name__=a", [(1_000, 1), (2_000, 1), (2_000, 5), (3_000, 1)]), ("__name__=b", [(1_500, 1)]));

        Assert.Equal((2, 3), (intake.Tally.Samples, intake.Tally.Refused)); // The repeated sample counts as stored.
        Assert.Equal("out of order sample: 2 samples, first of series a\nduplicate sample for timestamp: 1 samples, first of series a", intake.Tally.ToString());
    }

    [Fact]
    public void A_fault_late_in_a_large_request_names_the_right_series()
    {
        Walk(1, ("__name__=last", [(9_000_000, 1)]));
        intake.Reset();
        var many = Enumerable.Range(0, 40_000).Select(i => ($"__name__=m n={i}", new[] { (1_000L, 1.0) })).Append(("__name__=last", [(1_000L, 1.0)])).ToArray();
        Walk(1, many);

        Assert.Equal(40_000, intake.Tally.Samples);
        Assert.Equal("out of order sample: 1 samples, first of series last", intake.Tally.ToString());
    }

    [Fact]
    public void Native_histograms_become_absolute_counts()
    {
        var spans = new ProtoWriter();
        spans.SInt64(1, -2);
        spans.Varint(2, 3);
        var deltas = new ProtoWriter();
        foreach (var delta in (ReadOnlySpan<long>)[5, -3, 4]) deltas.RawVarint(ProtoWriter.ZigZag(delta));
        var histogram = new ProtoWriter();
        histogram.Varint(1, 13);
        histogram.Double(3, 2.5);
        histogram.SInt64(4, 3);
        histogram.Double(5, 0.001);
        histogram.Varint(6, 2);
        histogram.Message(11, spans);
        histogram.Message(12, deltas);
        histogram.Int64(15, 1_000);
        var series = new ProtoWriter();
        series.Message(1, SomeRequest.Label("__name__", "h"));
        series.Message(4, histogram);
        var request = new ProtoWriter();
        request.Message(1, series);

        WriteRequestV1.Walk(request.Written, intake);

        var stored = Assert.Single(sink.Histograms).Histogram;
        Assert.Equal([5.0, 2.0, 6.0], stored.PositiveBuckets);
        Assert.Equal([new BucketSpan(-2, 3)], stored.PositiveSpans);
        Assert.Equal((13.0, 2.5, 3, 2.0, 1), (stored.Count, stored.Sum, stored.Schema, stored.ZeroCount, intake.Tally.Histograms));
    }

    [Fact]
    public void A_histogram_whose_buckets_do_not_fit_is_refused_with_its_reason()
    {
        var span = new ProtoWriter();
        span.Varint(2, 4_000_000_000);
        var histogram = new ProtoWriter();
        histogram.Message(11, span);
        var series = new ProtoWriter();
        series.Message(1, SomeRequest.Label("__name__", "h"));
        series.Message(4, histogram);
        var request = new ProtoWriter();
        request.Message(1, series);

        WriteRequestV1.Walk(request.Written, intake);

        Assert.Equal("native histogram whose buckets do not fit its spans: 1 samples, first of series h", intake.Tally.ToString());
    }

    [Fact]
    public void Exemplars_and_metadata_are_taken_along()
    {
        var exemplar = new ProtoWriter();
        exemplar.Message(1, SomeRequest.Label("trace_id", "abc"));
        exemplar.Double(2, 0.5);
        exemplar.Int64(3, 900);
        var series = new ProtoWriter();
        series.Message(1, SomeRequest.Label("__name__", "up"));
        series.Message(2, SomeRequest.Sample(1_000, 1));
        series.Message(3, exemplar);
        var described = new ProtoWriter();
        described.Varint(1, 2);
        described.Bytes(2, "up"u8);
        described.Bytes(4, "Whether it is up."u8);
        var request = new ProtoWriter();
        request.Message(1, series);
        request.Message(3, described);

        WriteRequestV1.Walk(request.Written, intake);

        Assert.Equal([new MetricMetadata(MetricKind.Gauge, "Whether it is up.", "")], metadata.Of("up"));
        Assert.Equal((1, 1), (exemplars.Count, intake.Tally.Exemplars));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_request_cut_anywhere_is_told_or_is_a_smaller_request(int version)
    {
        var whole = Request(version, ("__name__=up job=api", [(1_000, 1), (2_000, 2)]), ("__name__=down job=api", [(1_000, 1.5)]));
        Walk(version, whole.AsSpan());
        var all = sink.Samples.ToList();
        Assert.Equal(3, all.Count);
        for (var length = 0; length < whole.Length; length++)
        {
            intake.Reset();
            sink.Samples.Clear();
            try
            {
                Walk(version, whole.AsSpan(0, length));
            }
            catch (MalformedRequestException)
            {
                // What the client is told; any other exception fails the test.
            }
            Assert.Equal(all.Take(sink.Samples.Count), sink.Samples); // Nothing that the client did not send.
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_bytes_never_do_more_than_be_refused(int version)
    {
        var random = new Random(version);
        var whole = Request(version, ("__name__=up job=api", [(1_000, 1), (2_000, 2)]), ("__name__=down job=api", [(1_000, 1.5)]));
        for (var i = 0; i < 20_000; i++)
        {
            var broken = (byte[])whole.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--) broken[random.Next(broken.Length)] = (byte)random.Next(256);
            intake.Reset();
            try
            {
                Walk(version, broken);
            }
            catch (MalformedRequestException)
            {
                // As above.
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 1, 9 }, "remote write 2.0: reference to symbol 9 of 3")]
    [InlineData(new byte[] { 1 }, "remote write 2.0: an odd number of label references")]
    public void References_outside_the_table_are_told(byte[] references, string told)
    {
        var series = new ProtoWriter();
        series.Bytes(1, references);
        var request = new ProtoWriter();
        foreach (var symbol in (ReadOnlySpan<string>)["", "__name__", "up"]) request.Bytes(4, Encoding.UTF8.GetBytes(symbol));
        request.Message(5, series);
        var message = request.Written.ToArray();

        Assert.Equal(told, Assert.Throws<MalformedRequestException>(() => new WriteRequestV2().Walk(message, intake)).Message);
    }

    void Walk(int version, params (string Labels, (long TimeMs, double Value)[] Samples)[] series) => Walk(version, Request(version, series).AsSpan());

    void Walk(int version, ReadOnlySpan<byte> request)
    {
        if (version == 1) WriteRequestV1.Walk(request, intake);
        else new WriteRequestV2().Walk(request, intake);
    }

    static byte[] Request(int version, params (string Labels, (long TimeMs, double Value)[] Samples)[] series) => version == 1 ? SomeRequest.V1(series) : SomeRequest.V2(series);
}
