using System.Text;
using Pharos.Model.Samples;
using Pharos.Server.Metrics.Exposition;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Wire;
using static Pharos.Tests.Server.Wire.SomeProto;

namespace Pharos.Tests.Server.Metrics.Exposition;

public sealed class ProtobufExpositionTests
{
    [Fact]
    public void Families_become_lines()
    {
        var counter = Family("c_total", 0, Metric(Message(2, [.. Double(1, 3), .. Bytes(2, [.. Pair("trace_id", "x"), .. Double(2, 0.5), .. Bytes(3, [.. Number(1, 2), .. Number(2, 500_000_000)])])]), 1_700_000_000_123, ("a", "x\"y\\z\n")));
        var gauge = Family("with.dots", 1, Metric(Message(2, Double(1, double.NegativeInfinity)), null, ("l-1", "v")));
        var summary = Family("s", 2, Metric(Message(4, [.. Number(1, 2), .. Double(2, 1.5), .. Bytes(3, [.. Double(1, 0.5), .. Double(2, 7)])]), null));

        Assert.Equal(
            """
            # HELP c_total help
            # TYPE c_total counter
            c_total{a="x\"y\\z\n"} 3 1700000000123 # {trace_id="x"} 0.5 2500
            # HELP "with.dots" help
            # TYPE "with.dots" gauge
            {"with.dots","l-1"="v"} -Inf
            # HELP s help
            # TYPE s summary
            s{quantile="0.5"} 7
            s_sum{} 1.5
            s_count{} 2
            # EOF

            """,
            Transcode([.. counter, .. gauge, .. summary]));
    }

    [Theory]
    [InlineData(false, false, "h_bucket{le=\"1.0\"} 2;h_bucket{le=\"+Inf\"} 5;h_sum{} 9;h_count{} 5")]
    [InlineData(true, false, "h{} H0")]
    [InlineData(true, true, "h{} H0;h_bucket{le=\"1.0\"} 2;h_bucket{le=\"+Inf\"} 5;h_sum{} 9;h_count{} 5")]
    public void Histograms_come_in_the_form_that_is_wanted(bool native, bool classic, string expected)
    {
        byte[] buckets = [.. Bytes(3, [.. Number(1, 2), .. Double(2, 1)])];
        byte[] spans = [.. Bytes(12, [.. Number(1, 2), .. Number(2, 2)]), .. Bytes(13, [4, 2])]; // Offset 1, two buckets, deltas 2 and 1.
        var body = Family("h", 4, Metric(Message(7, [.. Number(1, 5), .. Double(2, 9), .. Number(5, 6), .. Double(6, 0.001), .. buckets, .. spans]), null));
        var histograms = new List<FloatHistogram>();

        var lines = Transcode(body, histograms, native, classic).Split('\n').Where(line => line.Length > 0 && line[0] != '#');

        Assert.Equal(expected, string.Join(';', lines));
        if (!native) return;
        var histogram = Assert.Single(histograms);
        Assert.Equal((3, 5.0, 9.0, 0.001), (histogram.Schema, histogram.Count, histogram.Sum, histogram.ZeroThreshold));
        Assert.Equal([2.0, 3.0], histogram.PositiveBuckets);
        Assert.Equal([new BucketSpan(1, 2)], histogram.PositiveSpans);
    }

    [Fact]
    public void Every_line_is_one_that_the_reader_takes_and_refers_to_its_histogram()
    {
        var body = Family("h", 4, Metric(Message(7, [.. Number(1, 5), .. Double(2, 9), .. Double(6, 0.001)]), 77, ("a", "b")));
        var lines = Encoding.UTF8.GetBytes(Transcode(body, native: true));
        var reader = new ExpositionReader(lines, ExpositionFormat.Protobuf, new(), new());
        while (reader.Next() && reader.Kind != LineKind.Sample)
        {
            // Metadata first.
        }

        Assert.Equal((0, 77), (reader.HistogramIndex, reader.TimestampMs));
        Assert.False(reader.Next());
    }

    [Fact]
    public void Cut_and_flipped_messages_are_read_or_refused_and_nothing_else()
    {
        var sound = Family("h", 4, Metric(Message(7, [.. Number(1, 5), .. Double(2, 9), .. Number(5, 6), .. Double(6, 0.001), .. Bytes(12, [.. Number(1, 2), .. Number(2, 2)]), .. Bytes(13, [4, 2])]), 1, ("a", "b")));
        for (var i = 0; i < sound.Length; i++)
        {
            TryTranscode(sound[..i]);
            for (var value = 0; value < 256; value++) TryTranscode([.. sound[..i], (byte)value, .. sound[(i + 1)..]]);
        }

        static void TryTranscode(byte[] body)
        {
            try
            {
                Transcode(body, native: true);
            }
            catch (Exception error) when (error is MalformedRequestException or ScrapeRefusedException)
            {
                // Refused.
            }
        }
    }

    [Fact]
    public void Labels_repeated_for_a_million_buckets_do_not_fill_the_memory()
    {
        var bucket = Bytes(3, [.. Number(1, 2), .. Double(2, 1)]);
        var many = Enumerable.Repeat(bucket, 20_000).SelectMany(one => one).ToArray();
        var body = Family("h", 4, Metric(Message(7, many), null, ("a", new string('x', 100_000))));

        Assert.Throws<BodyTooLargeException>(() => Transcode(body));
    }

    static string Transcode(byte[] body, List<FloatHistogram>? histograms = null, bool native = false, bool classic = false)
    {
        using var output = new ScrapeBody(new(1L << 30));
        new ProtobufExposition(output, histograms ?? [], native, classic, 1000).Transcode(body);
        return Encoding.UTF8.GetString(output.Bytes);
    }
}
