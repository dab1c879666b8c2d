using System.Net;

namespace Pharos.Tests.Server.Metrics.Api.Search;

public sealed class SearchEndpointsTests(SearchEndpointsTests.Filled filled) : IClassFixture<SearchEndpointsTests.Filled>
{
    const string Range = "start=1700000000&end=1700000100";

    [Theory]
    [InlineData("metric_names?" + Range, """{"results":[{"name":"http_requests_total"},{"name":"node_cpu_seconds_total"},{"name":"up"}]}|{"status":"success","has_more":false}|""")]
    [InlineData("metric_names?search[]=cpu&include_score=true&fuzz_alg=jarowinkler&" + Range, """{"results":[{"name":"node_cpu_seconds_total","score":0.9}]}|{"status":"success","has_more":false}|""")]
    [InlineData("metric_names?search[]=p&sort_by=score&limit=2&batch_size=1&" + Range, """{"results":[{"name":"up"}]}|{"results":[{"name":"http_requests_total"}]}|{"status":"success","has_more":true}|""")]
    [InlineData("metric_names?search[]=nothing&" + Range, """{"results":[]}|{"status":"success","has_more":false}|""")]
    [InlineData("metric_names?match[]={job=\"a\"}&match[]={job=\"c\"}&" + Range, """{"results":[{"name":"http_requests_total"}]}|{"status":"success","has_more":false}|""")]
    [InlineData("metric_names?start=1&end=2", """{"results":[]}|{"status":"success","has_more":false}|""")]
    [InlineData("metric_names?search[]=UP&case_sensitive=0&" + Range, """{"results":[{"name":"up"}]}|{"status":"success","has_more":false}|""")]
    [InlineData("label_names?sort_by=alpha&sort_dir=dsc&limit=2&" + Range, """{"results":[{"name":"job"},{"name":"instance"}]}|{"status":"success","has_more":true}|""")]
    [InlineData("label_values?label=instance&search[]=909&" + Range, """{"results":[{"value":"localhost:9090"},{"value":"localhost:9091"}]}|{"status":"success","has_more":false}|""")]
    [InlineData("label_values?label=none&" + Range, """{"results":[]}|{"status":"success","has_more":false}|""")]
    public async Task Names_and_values_are_found(string call, string lines)
    {
        using var answer = await filled.Server.Client.GetAsync("/api/v1/search/" + call, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "application/x-ndjson; charset=utf-8"), (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Assert.Equal(lines, (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Replace('\n', '|'));
    }

    [Fact]
    public async Task A_posted_form_finds_the_same()
    {
        using var form = new FormUrlEncodedContent([new("search[]", "node"), new("start", "1700000000"), new("end", "1700000100")]);
        using var answer = await filled.Server.Client.PostAsync("/api/v1/search/metric_names", form, TestContext.Current.CancellationToken);

        Assert.StartsWith("""{"results":[{"name":"node_cpu_seconds_total"}]}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_range_the_last_hour_is_searched()
    {
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await filled.Server.WriteAsync(("__name__=fresh", [(nowMs, 1)]));

        Assert.StartsWith("""{"results":[{"name":"fresh"}]}""", await filled.Server.Client.GetStringAsync("/api/v1/search/metric_names", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metric_names?limit=0", "invalid limit \"0\": must be a positive integer")]
    [InlineData("metric_names?limit=-1", "invalid limit \"-1\": must be a positive integer")]
    [InlineData("metric_names?limit=10001", "limit 10001 exceeds the largest allowed, 10000")]
    [InlineData("metric_names?batch_size=x", "invalid batch_size \"x\": must be a positive integer")]
    [InlineData("metric_names?batch_size=10001", "batch_size 10001 exceeds the largest allowed, 10000")]
    [InlineData("metric_names?fuzz_threshold=101", "invalid fuzz_threshold \"101\": must be 0-100")]
    [InlineData("metric_names?fuzz_alg=soundex", "unsupported fuzz_alg \"soundex\": must be one of [subsequence jarowinkler]")]
    [InlineData("metric_names?case_sensitive=maybe", "invalid parameter \"case_sensitive\": \"maybe\" is neither true nor false")]
    [InlineData("metric_names?include_metadata=maybe", "invalid parameter \"include_metadata\": \"maybe\" is neither true nor false")]
    [InlineData("metric_names?sort_by=cardinality", "invalid sort_by \"cardinality\": must be \"alpha\" or \"score\"")]
    [InlineData("metric_names?sort_by=score", "sort_by=score requires search[] to be set")]
    [InlineData("metric_names?sort_dir=asc", "sort_dir is only valid when sort_by is set")]
    [InlineData("metric_names?sort_by=score&search[]=a&sort_dir=asc", "sort_dir is not supported for sort_by=score")]
    [InlineData("metric_names?sort_by=alpha&sort_dir=up", "invalid sort_dir \"up\": must be \"asc\" or \"dsc\"")]
    [InlineData("metric_names?start=2&end=1", "invalid parameter \"end\": end timestamp must not be before start time")]
    [InlineData("metric_names?start=soon", "invalid parameter \"start\": invalid time value for 'start': cannot parse \"soon\" to a valid timestamp")]
    [InlineData("label_values", "missing required parameter \"label\"")]
    public async Task A_search_that_makes_no_sense_is_refused(string call, string message)
    {
        var (status, body) = await filled.Server.GetAsync("/api/v1/search/" + call);

        Assert.Equal((400, "bad_data", message), (status, body.GetProperty("errorType").GetString(), body.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Selectors_that_are_none_and_too_many_terms_are_refused()
    {
        Assert.Equal(400, (await filled.Server.GetAsync("/api/v1/search/metric_names?match[]=)")).Status);
        var (status, body) = await filled.Server.GetAsync("/api/v1/search/metric_names?" + string.Join('&', Enumerable.Repeat("search[]=a", 33)));
        Assert.Equal((400, "invalid parameter \"search[]\": 33 terms; at most 32 are taken"), (status, body.GetProperty("error").GetString()));
    }

    /// <summary>A server with a few series of two jobs, the same for all searches.</summary>
    public sealed class Filled : IAsyncLifetime
    {
        internal RunningServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await RunningServer.StartAsync();
            await Server.WriteAsync(
                ("__name__=http_requests_total job=a instance=localhost:9090", [(1_700_000_000_000, 1)]),
                ("__name__=node_cpu_seconds_total job=b instance=localhost:9091", [(1_700_000_000_000, 1)]),
                ("__name__=up job=b instance=127.0.0.1:1", [(1_700_000_000_000, 1)]));
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
