using System.Net;
using Pharos.Tests.Server.Metrics.Api;
using Snappier;

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
        using var honest = await server.PushRawAsync(Snappy.CompressToArray(new byte[200 << 20]));
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
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal($"{(timeMs < 0 ? "too old sample" : "out of bounds: more than 10 minutes ahead of this server's clock")}: 1 samples, first of series up\n", await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Senders repeat what is answered with 5xx for ever, and a clock that goes ahead must not spoil what others send.</summary>
    [Theory]
    [InlineData("application/x-protobuf")]
    [InlineData(V2)]
    public async Task Samples_from_the_future_and_times_in_other_units_are_400_and_harm_nothing_else(string contentType)
    {
        await using var server = await RunningServer.StartAsync(config: "storage: {tsdb: {out_of_order_time_window: 6h}}\n");
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await PushAsync(HttpStatusCode.NoContent, ("__name__=skew", [(now - 60_000, 1)]), ("__name__=other", [(now, 1)]));

        foreach (var ahead in (long[])[now + 3_600_000, now + (365L * 86_400_000), now * 1_000, now * 1_000_000])
        {
            using var answer = await PushAsync(HttpStatusCode.BadRequest, ("__name__=skew", [(ahead, 2)]), ($"__name__=beside job=j{ahead}", [(now, 7)]));
            Assert.StartsWith("out of bounds", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            if (contentType == V2) Assert.Equal("1", Header(answer, "Samples"));
        }

        await PushAsync(HttpStatusCode.NoContent, ("__name__=skew", [(now, 3)]), ("__name__=other", [(now - 600_000, 1)]), ("__name__=new", [(now - 600_000, 1)]));
        Assert.Equal(2, await CountAsync("skew[10m]"));
        Assert.Equal(2, await CountAsync("other[20m]"));
        Assert.Equal(4, (await server.GetAsync($"/api/v1/query?query=beside&time={now / 1000 + 1}")).Body.GetProperty("data").GetProperty("result").GetArrayLength());

        async Task<int> CountAsync(string range) =>
            (await server.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(range)}&time={(now / 1000) + 1}")).Body.GetProperty("data").GetProperty("result")[0].GetProperty("values").GetArrayLength();

        async Task<HttpResponseMessage> PushAsync(HttpStatusCode expected, params (string Labels, (long TimeMs, double Value)[] Samples)[] series)
        {
            var answer = await server.PushAsync(contentType == V2 ? SomeRequest.V2(series) : SomeRequest.V1(series), contentType);
            Assert.Equal(expected, answer.StatusCode);
            return answer;
        }
    }

    static string Header(HttpResponseMessage answer, string what) => answer.Headers.GetValues($"X-Prometheus-Remote-Write-{what}-Written").Single();
}
