using System.Net;
using IronSnappy;
using Pharos.Server.Metrics.Wire;
using Pharos.Tests.Server.Metrics.Api;

namespace Pharos.Tests.Server.Metrics.RemoteWrite;

public sealed class RemoteWriteDoorTests
{
    const long T = 1_700_000_000_000;
    const string V2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    [Fact]
    public async Task Version_2_0_answers_with_what_was_written()
    {
        await using var server = await RunningServer.StartAsync();

        using var answer = await server.PushAsync(SomeRequest.V2(("__name__=up job=api", [(T, 1), (T + 1, 2)])), V2);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(("2", "0", "0"), (Header(answer, "Samples"), Header(answer, "Histograms"), Header(answer, "Exemplars")));
    }

    [Fact]
    public async Task What_can_never_be_stored_is_400_with_the_rest_stored_and_a_retry_is_no_error()
    {
        await using var server = await RunningServer.StartAsync();
        await server.WriteAsync(("__name__=up", [(T, 1)]));
        var late = SomeRequest.V2(("__name__=up", [(T - 1, 1)]), ("__name__=other", [(T, 7)]));

        foreach (var _ in Enumerable.Range(1, 2))
        {
            using var answer = await server.PushAsync(late, V2);
            Assert.Equal((HttpStatusCode.BadRequest, "1"), (answer.StatusCode, Header(answer, "Samples")));
            Assert.Equal("out of order sample: 1 samples, first of series up\n", await answer.Content.ReadAsStringAsync());
        }
        Assert.Contains("\"7\"", await server.Client.GetStringAsync($"/api/v1/query?query=other&time={T / 1000}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "snappy", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-protobuf;proto=io.prometheus.write.v9.Request", "snappy", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-protobuf", "gzip", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-protobuf;proto=prometheus.WriteRequest", "snappy", HttpStatusCode.NoContent)]
    [InlineData("application/x-protobuf", "", HttpStatusCode.NoContent)]
    public async Task The_kind_of_body_is_judged_by_its_headers(string contentType, string encoding, HttpStatusCode status)
    {
        await using var server = await RunningServer.StartAsync();

        using var answer = await server.PushAsync(SomeRequest.V1(("__name__=up", [(T, 1)])), contentType, encoding);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Bombs_and_garbage_are_refused_and_the_server_lives_on()
    {
        await using var server = await RunningServer.StartAsync();

        using var claims = await server.PushRawAsync([0xff, 0xff, 0xff, 0xff, 0x07, 0, 0]);
        Assert.Equal(HttpStatusCode.BadRequest, claims.StatusCode);
        using var honest = await server.PushRawAsync(Snappy.Encode(new byte[200 << 20]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, honest.StatusCode);
        using var large = await server.PushRawAsync(new byte[33 << 20]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var garbage = new byte[random.Next(1, 400)];
            random.NextBytes(garbage);
            using var packed = await server.PushAsync(garbage);
            Assert.True(packed.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NoContent, $"{packed.StatusCode}"); // A few bytes may be unknown fields, which are skipped.
        }

        await server.WriteAsync(("__name__=up", [(T, 1)]));
    }

    [Fact]
    public async Task Times_at_the_ends_of_the_range_are_refused_with_a_reason()
    {
        await using var server = await RunningServer.StartAsync();

        foreach (var timeMs in (long[])[long.MinValue, long.MaxValue])
        {
            using var answer = await server.PushAsync(SomeRequest.V1(("__name__=up", [(timeMs, 1)])));
            Assert.True((int)answer.StatusCode is 400 or 503, $"{answer.StatusCode}");
            Assert.NotEmpty(await answer.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Remote_read_gives_back_what_was_written_plain_and_streamed()
    {
        await using var server = await RunningServer.StartAsync(config: "global:\n  external_labels: {dc: here, job: mine}\n");
        var samples = Enumerable.Range(0, 300).Select(i => (T + i * 15_000L + i % 3, i * 1.25)).ToArray();
        await server.WriteAsync(("__name__=up job=api", samples));

        using var plain = await server.Client.PostAsync("/api/v1/read", Read(streamed: false));
        Assert.Equal("application/x-protobuf", plain.Content.Headers.ContentType!.MediaType);
        var reader = new ProtoReader(Snappy.Decode(await plain.Content.ReadAsByteArrayAsync()));
        Assert.True(reader.TryNext(out _));
        var result = new ProtoReader(reader.ReadBytes());
        Assert.True(result.TryNext(out _));
        var (labels, count) = Describe(result.ReadBytes());
        Assert.Equal(["__name__=up", "dc=here", "job=api"], labels); // The series' own job stays.
        Assert.Equal(samples.Length, count);

        using var streamed = await server.Client.PostAsync("/api/v1/read", Read(streamed: true));
        Assert.Equal("application/x-streamed-protobuf", streamed.Content.Headers.ContentType!.MediaType);
        var frame = await streamed.Content.ReadAsByteArrayAsync();
        Assert.True(frame.Length > 100 && frame.Length < samples.Length * 16, $"{frame.Length}");
    }

    static (string[] Labels, int Samples) Describe(ReadOnlySpan<byte> series)
    {
        var labels = new List<string>();
        var samples = 0;
        var reader = new ProtoReader(series);
        while (reader.TryNext(out var field))
        {
            if (field == 2) samples++;
            if (field != 1)
            {
                reader.Skip();
                continue;
            }
            Pharos.Server.Metrics.RemoteWrite.SeriesIntake.ReadLabel(reader.ReadBytes(), out var name, out var value);
            labels.Add($"{System.Text.Encoding.UTF8.GetString(name)}={System.Text.Encoding.UTF8.GetString(value)}");
        }
        return ([.. labels], samples);
    }

    static ByteArrayContent Read(bool streamed)
    {
        var matcher = new ProtoWriter();
        matcher.Bytes(2, "__name__"u8);
        matcher.Bytes(3, "up"u8);
        var query = new ProtoWriter();
        query.Int64(1, T);
        query.Int64(2, T + 10_000_000);
        query.Message(3, matcher);
        var request = new ProtoWriter();
        request.Message(1, query);
        if (streamed) request.Varint(2, 1);
        return new ByteArrayContent(Snappy.Encode(request.Written));
    }

    static string Header(HttpResponseMessage answer, string what) => answer.Headers.GetValues($"X-Prometheus-Remote-Write-{what}-Written").Single();
}
