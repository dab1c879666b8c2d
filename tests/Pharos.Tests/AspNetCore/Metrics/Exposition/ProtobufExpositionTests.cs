using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Metrics.Exposition;
using Pharos.Model.Samples;
using Pharos.Server.Metrics.Scraping;
using ServerExposition = Pharos.Server.Metrics.Exposition.ProtobufExposition;

namespace Pharos.Tests.AspNetCore.Metrics.Exposition;

/// <summary>What is written as protobuf, read by the decoder of the server's scraper, which shares no code with the writer.</summary>
public sealed class ProtobufExpositionTests : IDisposable
{
    readonly string name = $"protobuf_{Guid.NewGuid():N}";
    readonly OwnMeters meters = new();
    readonly Meter meter;
    readonly MetricsOptions options = new();
    readonly MeterCollector collector;

    public ProtobufExpositionTests() => (meter, collector) = (meters.Create("protobuf"), new(options, TimeProvider.System, NullLogger<MeterCollector>.Instance, meters));

    public void Dispose()
    {
        collector.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void Counters_gauges_and_chosen_buckets_read_back()
    {
        meter.CreateCounter<int>($"{name}_c", "By", "Sent \"x\".").Add(3, new KeyValuePair<string, object?>("a", "x\"y\\z\n"));
        meter.CreateGauge<double>($"{name}_g").Record(double.NegativeInfinity);
        var histogram = meter.CreateHistogram($"{name}_h", null, "H.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        foreach (var value in (double[])[0.25, 1, 200]) histogram.Record(value);

        var lines = Read();

        Assert.Equal(
            $$"""
            # HELP {{name}}_c_bytes_total Sent "x".
            # TYPE {{name}}_c_bytes_total counter
            {{name}}_c_bytes_total{a="x\"y\\z\n"} 3
            # HELP {{name}}_g Instrument {{name}}_g of the meter {{meter.Name}}.
            # TYPE {{name}}_g gauge
            {{name}}_g{} -Inf
            # HELP {{name}}_h H.
            # TYPE {{name}}_h histogram
            {{name}}_h_bucket{le="0.5"} 1
            {{name}}_h_bucket{le="1.0"} 2
            {{name}}_h_bucket{le="+Inf"} 3
            {{name}}_h_sum{} 201.25
            {{name}}_h_count{} 3
            """,
            string.Join('\n', lines));
    }

    [Fact]
    public void A_native_histogram_reads_back_with_every_count_in_its_bucket()
    {
        options.Instruments[$"{name}_n"] = new() { IsNative = true, MaxSchema = 3 };
        var histogram = meter.CreateHistogram<double>($"{name}_n");
        double[] values = [0, 1, 1, 1.05, 7, 7.1, 900, -3, -3, -100];
        foreach (var value in values) histogram.Record(value);
        var histograms = new List<FloatHistogram>();

        Read(histograms);

        var read = Assert.Single(histograms);
        Assert.Equal((3, 10.0, values.Sum(), 1.0), (read.Schema, read.Count, read.Sum, read.ZeroCount));
        // 2^(0/8), 2^(1/8), 2^(23/8), 2^(79/8): spans are runs, with the gap to the run before.
        Assert.Equal([2, 1, 2, 1], read.PositiveBuckets);
        Assert.Equal([new BucketSpan(0, 2), new BucketSpan(21, 1), new BucketSpan(55, 1)], read.PositiveSpans);
        Assert.Equal([2, 1], read.NegativeBuckets);
    }

    [Fact]
    public void An_exemplar_goes_with_its_bucket()
    {
        using var listener = new ActivityListener { ShouldListenTo = source => source.Name == name, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(name);
        using var activity = source.StartActivity("work")!;
        meter.CreateHistogram($"{name}_e", null, null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] }).Record(2.5);

        Assert.Single(Read(), line => line.StartsWith($"{name}_e_bucket{{le=\"+Inf\"}} 1 # {{trace_id=\"{activity.TraceId}\",span_id=\"{activity.SpanId}\"}} 2.5 ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_family_has_its_length_before_it()
    {
        var counter = meter.CreateCounter<int>($"{name}_many_total");
        for (var i = 0; i < 1_500; i++) counter.Add(i, new KeyValuePair<string, object?>("text", new string('x', 500) + i));

        Assert.Equal(1_500, Read().Count(line => line.StartsWith($"{name}_many_total{{", StringComparison.Ordinal)));
    }

    /// <summary>Every UTF-16 unit there is, as a value: what is written is what was measured, but for lone surrogates, which have no bytes.</summary>
    [Theory]
    [InlineData(ExpositionFormat.Text)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    [InlineData(ExpositionFormat.Protobuf)]
    public void Label_values_of_any_characters_read_back(object format)
    {
        const int Step = 256;
        var counter = meter.CreateCounter<int>($"{name}_any_total");
        var expected = new HashSet<string>(StringComparer.Ordinal);
        for (var start = 0; start <= char.MaxValue; start += Step)
        {
            var value = string.Concat(Enumerable.Range(start, Step).Select(unit => (char)unit));
            counter.Add(1, new KeyValuePair<string, object?>("v", value));
            expected.Add(start is >= 0xd800 and < 0xe000 ? new string('\ufffd', Step) : value);
        }

        var read = Read(format: (ExpositionFormat)format).Where(line => line.StartsWith($"{name}_any_total{{", StringComparison.Ordinal)).Select(line => Unescape(line[(line.IndexOf('"', StringComparison.Ordinal) + 1)..line.LastIndexOf('"')]));

        Assert.Equal(expected.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal)); // Each once: no two series may read the same.

        static string Unescape(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\\(.)", match => match.Groups[1].Value == "n" ? "\n" : match.Groups[1].Value);
    }

    /// <summary>The lines of this test's own metrics.</summary>
    string[] Read(List<FloatHistogram>? histograms = null, ExpositionFormat format = ExpositionFormat.Protobuf)
    {
        using var buffer = new ByteBuffer();
        collector.WriteAsync(buffer, format, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
        if (format != ExpositionFormat.Protobuf) return Encoding.UTF8.GetString(buffer.Written.Span).Split('\n');
        using var output = new ScrapeBody(new(1L << 30));
        new ServerExposition(output, histograms ?? [], histograms is not null, true, 1000).Transcode(buffer.Written.ToArray());
        return [.. Encoding.UTF8.GetString(output.Bytes).Split('\n').Where(line => line.Contains(name, StringComparison.Ordinal))];
    }
}
