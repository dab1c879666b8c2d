using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Metrics.Exposition;
using Pharos.Tests.AspNetCore.Logs;

namespace Pharos.Tests.AspNetCore.Metrics.Exposition;

/// <summary>Since when a counter or a histogram counts.</summary>
public sealed class CreatedTests : IDisposable
{
    readonly OwnMeters meters = new();
    readonly Meter meter;
    readonly FixedTime time = new() { Now = DateTimeOffset.FromUnixTimeMilliseconds(1_520_430_000_123) };
    readonly MetricsOptions options = new() { WritesCreated = true };
    readonly MeterCollector collector;

    public CreatedTests() => (meter, collector) = (meters.Create("created"), new(options, time, NullLogger<MeterCollector>.Instance, meters));

    public void Dispose()
    {
        collector.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void OpenMetrics_has_a_line_after_those_of_each_series()
    {
        Measure();

        var text = Encoding.UTF8.GetString(Write(ExpositionFormat.OpenMetrics));

        Assert.Contains("jobs_total{k=\"a\"} 1\njobs_created{k=\"a\"} 1520430000.123\njobs_total{k=\"b\"} 1\njobs_created{k=\"b\"} 1520430060.123\n", text, StringComparison.Ordinal);
        Assert.Contains("took_count 1\ntook_created 1520430060.123\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("level_created", text, StringComparison.Ordinal);
        Assert.DoesNotContain("seen_created", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_old_text_has_none_and_OpenMetrics_only_where_it_was_asked_for()
    {
        Measure();
        Assert.DoesNotContain("_created", Encoding.UTF8.GetString(Write(ExpositionFormat.Text)), StringComparison.Ordinal);

        options.WritesCreated = false;
        meter.CreateCounter<int>("later_total").Add(1);

        Assert.DoesNotContain("later_created", Encoding.UTF8.GetString(Write(ExpositionFormat.OpenMetrics)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gauge_of_the_name_of_such_a_line_is_left_out()
    {
        meter.CreateCounter<int>("jobs_total").Add(1);
        meter.CreateGauge<int>("jobs_created").Record(7);

        Assert.DoesNotContain("jobs_created 7", Encoding.UTF8.GetString(Write(ExpositionFormat.OpenMetrics)), StringComparison.Ordinal);
    }

    /// <summary>Counter.created_timestamp is field 3, Histogram.created_timestamp field 15: a Timestamp of seconds (field 1) and nanoseconds (field 2).</summary>
    [Theory]
    [InlineData((3 << 3) | 2, "a", 1_520_430_000L)]
    [InlineData((15 << 3) | 2, "took", 1_520_430_060L)]
    public void Protobuf_has_it_always(int tag, string near, long seconds)
    {
        options.WritesCreated = false;
        Measure();

        using var expected = new ByteBuffer();
        expected.Write((byte)tag);
        var start = expected.Open();
        expected.Write(1 << 3);
        expected.Varint((ulong)seconds);
        expected.Write(2 << 3);
        expected.Varint(123_000_000);
        expected.Close(start);
        var written = Write(ExpositionFormat.Protobuf);

        Assert.True(written.AsSpan(written.AsSpan().IndexOf(Encoding.UTF8.GetBytes(near))).IndexOf(expected.Written.Span) > 0);
    }

    void Measure()
    {
        var counter = meter.CreateCounter<int>("jobs_total");
        counter.Add(1, new KeyValuePair<string, object?>("k", "a"));
        time.Now += TimeSpan.FromMinutes(1);
        counter.Add(1, new KeyValuePair<string, object?>("k", "b"));
        meter.CreateHistogram<int>("took").Record(1);
        meter.CreateUpDownCounter<int>("level").Add(1);
        meter.CreateObservableCounter("seen_total", () => 1);
    }

    byte[] Write(ExpositionFormat format)
    {
        using var buffer = new ByteBuffer();
        collector.WriteAsync(buffer, format, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
        return buffer.Written.ToArray();
    }
}
