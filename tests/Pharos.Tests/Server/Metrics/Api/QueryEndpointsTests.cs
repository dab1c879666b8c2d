using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pharos.Tests.Server.Metrics.Api;

public sealed class QueryEndpointsTests
{
    const long T = 1_700_000_000_000;

    [Fact]
    public async Task What_was_pushed_is_found_by_every_reading_door()
    {
        await using var server = await RunningServer.StartAsync();
        await server.WriteAsync(("__name__=up job=api instance=a", [(T, 1), (T + 15_000, 0.5)]), ("__name__=up job=web instance=b", [(T, 1e21)]));

        Assert.Equal("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"a","job":"api"},"value":[1700000015.500,"0.5"]}]}}""",
            await TextAsync(server, "/api/v1/query?query=up{job=%22api%22}&time=1700000015.5"));
        Assert.Equal("""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","instance":"a","job":"api"},"values":[[1700000000,"1"],[1700000015,"0.5"]]},{"metric":{"__name__":"up","instance":"b","job":"web"},"values":[[1700000000,"1e+21"],[1700000015,"1e+21"]]}]}}""",
            await TextAsync(server, "/api/v1/query_range?query=up&start=1700000000&end=1700000015&step=15"));
        Assert.Equal("""{"status":"success","data":[{"__name__":"up","instance":"a","job":"api"},{"__name__":"up","instance":"b","job":"web"}]}""", await TextAsync(server, "/api/v1/series?match[]=up"));
        Assert.Equal("""{"status":"success","data":["__name__","instance","job"]}""", await TextAsync(server, "/api/v1/labels"));
        Assert.Equal("""{"status":"success","data":["api","web"]}""", await TextAsync(server, "/api/v1/label/job/values"));
        Assert.Equal("""{"status":"success","data":["web"]}""", await TextAsync(server, "/api/v1/label/U__job/values?match[]=up{instance=%22b%22}"));
        Assert.Equal("""{"status":"success","data":["api"],"warnings":["results truncated due to limit"]}""", await TextAsync(server, "/api/v1/label/job/values?limit=1"));
        Assert.Equal("""{"status":"success","data":[]}""", await TextAsync(server, "/api/v1/series?match[]=up&end=1600000000"));
    }

    [Fact]
    public async Task A_posted_form_asks_the_same_and_stats_come_when_wanted()
    {
        await using var server = await RunningServer.StartAsync();
        await server.WriteAsync(("__name__=up job=api", [(T, 1)]));

        var (status, body) = await server.PostAsync("/api/v1/query", ("query", "up + 1"), ("time", "2023-11-14T22:13:20Z"), ("stats", "all"));

        Assert.Equal((200, "2"), (status, body.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString()));
        Assert.Equal(1, body.GetProperty("data").GetProperty("stats").GetProperty("samples").GetProperty("totalQueryableSamples").GetInt64());
    }

    [Fact]
    public async Task A_form_in_parts_asks_the_same_and_stands_behind_the_address()
    {
        await using var server = await RunningServer.StartAsync();
        await server.WriteAsync(("__name__=up job=api", [(T, 1)]), ("__name__=down job=web", [(T, 1)]));

        Assert.Contains("\"42\"", (await PartsAsync(server, "query", ("query", "41 + 1"))).Body, StringComparison.Ordinal);
        Assert.Contains("[1,\"7\"]", (await PartsAsync(server, "query_range", ("query", "7"), ("start", "1"), ("end", "1"), ("step", "1"))).Body, StringComparison.Ordinal);
        Assert.Contains("\"8\"", (await PartsAsync(server, "query?query=8", ("query", "9"))).Body, StringComparison.Ordinal);
        var (_, series) = await PartsAsync(server, "series", ("match[]", "up"), ("match[]", "down"));
        Assert.Contains("\"api\"", series, StringComparison.Ordinal);
        Assert.Contains("\"web\"", series, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_in_parts_that_is_broken_or_large_is_refused_and_files_in_it_are_no_values()
    {
        await using var server = await RunningServer.StartAsync();
        const string part = "--x\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\n1";
        foreach (var (type, body) in new[]
        {
            ("multipart/form-data", $"{part}\r\n--x--\r\n"),
            ("multipart/form-data; boundary=x", part),
            ("multipart/form-data; boundary=x", "garbage"),
            ("multipart/form-data; boundary=\"\"", $"{part}\r\n--x--\r\n"),
            ($"multipart/form-data; boundary={new string('b', 500)}", part),
            ("multipart/form-data; boundary=x", string.Concat(Enumerable.Repeat($"{part}\r\n", 30_000)) + "--x--\r\n"),
            ("multipart/form-data; boundary=x", $"--x\r\n{string.Concat(Enumerable.Range(0, 1_000).Select(i => $"H{i}: v\r\n"))}\r\n1\r\n--x--\r\n"),
        })
        {
            using var content = new StringContent(body);
            content.Headers.Remove("Content-Type");
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await server.Client.PostAsync("/api/v1/query", content, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("error parsing form values: ", text, StringComparison.Ordinal);
        }
        using var file = new MultipartFormDataContent { { new ByteArrayContent("1"u8.ToArray()), "query", "query.txt" } };
        using var asFile = await server.Client.PostAsync("/api/v1/query", file, TestContext.Current.CancellationToken);
        Assert.Contains("no expression found in input", await asFile.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var large = new MultipartFormDataContent { { new ByteArrayContent(new byte[11 << 20]), "query" } };
        using var asLarge = await server.Client.PostAsync("/api/v1/query", large, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, asLarge.StatusCode);
    }

    static async Task<(int Status, string Body)> PartsAsync(RunningServer server, string path, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        using var answer = await server.Client.PostAsync($"/api/v1/{path}", form, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_limit_cuts_and_says_so()
    {
        await using var server = await RunningServer.StartAsync();
        await server.WriteAsync([.. Enumerable.Range(0, 20).Select(i => ($"__name__=up n={i:00}", new[] { (T, 1.0) }))]);

        var (_, body) = await server.GetAsync($"/api/v1/query?query=up&time={T / 1000}&limit=3");

        Assert.Equal(3, body.GetProperty("data").GetProperty("result").GetArrayLength());
        Assert.Equal("results truncated due to limit", body.GetProperty("warnings")[0].GetString());
    }

    public static TheoryData<string, int, string, string> Faults => new()
    {
        { "query?query=foo(", 400, "bad_data", "invalid parameter \"query\": 1:1: parse error: unknown function with name \"foo\"" },
        { "query?query=up&time=never", 400, "bad_data", "invalid parameter \"time\": invalid time value for 'time': cannot parse \"never\" to a valid timestamp" },
        { "query?query=up&time=NaN", 400, "bad_data", "invalid parameter \"time\": invalid time value for 'time': cannot parse \"NaN\" to a valid timestamp" },
        { "query?query=up&timeout=soon", 400, "bad_data", "invalid parameter \"timeout\": cannot parse \"soon\" to a valid duration" },
        { "query?query=up&limit=-1", 400, "bad_data", "invalid parameter \"limit\": limit must be non-negative" },
        { "query_range?query=up&end=1&step=1", 400, "bad_data", "invalid parameter \"start\": cannot parse \"\" to a valid timestamp" },
        { "query_range?query=up&start=Inf&end=1&step=1", 400, "bad_data", "invalid parameter \"start\": cannot parse \"Inf\" to a valid timestamp" },
        { "query_range?query=up&start=2&end=1&step=1", 400, "bad_data", "invalid parameter \"end\": end timestamp must not be before start time" },
        { "query_range?query=up&start=1&end=2&step=0", 400, "bad_data", "invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer" },
        { "query_range?query=up&start=1&end=2&step=1e300", 400, "bad_data", "invalid parameter \"step\": cannot parse \"1e300\" to a valid duration. It overflows int64" },
        { "query_range?query=up&start=0&end=11001&step=1", 400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)" },
        { "query_range?query=up&start=-9223372036854775808&end=9223372036854775807&step=1s", 400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)" },
        { "series", 400, "bad_data", "no match[] parameter provided" },
        { "series?match[]={}", 400, "bad_data", "invalid parameter \"match[]\": 1:1: parse error: vector selector must contain at least one non-empty matcher" },
        { "query_exemplars?query=up&start=2&end=1", 400, "bad_data", "end timestamp must not be before start timestamp" },
        { "format_query?query=", 400, "bad_data", "invalid parameter \"query\": 1:1: parse error: no expression found in input" },
        { "targets/relabel_steps?scrapePool=x&labels={}", 404, "not_found", "scrape pool \"x\" not found" },
        { "rules?type=neither", 400, "bad_data", "invalid parameter \"type\": not supported value \"neither\"" },
        { "status/tsdb?limit=0", 400, "bad_data", "limit must be a positive number" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_bad_request_gets_the_status_and_the_words_of_Prometheus(string path, int status, string kind, string message)
    {
        await using var server = await RunningServer.StartAsync();

        var (answered, body) = await server.GetAsync($"/api/v1/{path}");

        Assert.Equal((status, "error", kind, message), (answered, body.GetProperty("status").GetString(), body.GetProperty("errorType").GetString(), body.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Hostile_queries_are_answered_and_the_server_lives_on()
    {
        await using var server = await RunningServer.StartAsync();
        await server.WriteAsync(("__name__=up job=api", [(T, double.NaN), (T + 1, 1)]));
        const string Refused = "invalid parameter \"query\": ";
        (string Query, int Status, string Answer)[] hostile =
        [
            (new string('(', 10_000) + "1" + new string(')', 10_000), 400, $"{Refused}1:501: parse error: expression is nested more than 500 deep"),
            (string.Concat(Enumerable.Repeat("-", 10_000)) + "1", 400, $"{Refused}1:501: parse error: expression is nested more than 500 deep"),
            ("up{" + string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"l{i}=\"v\"")) + "}", 200, "[]"),
            ("up{job=~\"(a+)+(a+)+(a+)+$\"}", 200, "[]"),
            ("up{job=~\"(((((a{1000}){1000}){1000}){1000}){1000})\"}", 400, $"{Refused}1:9: parse error: error parsing regexp: invalid repeat count: `(((((a{{1000}}){{1000}}){{1000}}){{1000}}){{1000}})`"),
            ("rate(up[1000y])", 400, $"{Refused}1:9: parse error: bad number or duration syntax: \"1000y\""),
            ("up offset 1000y", 400, $"{Refused}1:11: parse error: bad number or duration syntax: \"1000y\""),
            ("up @ 9223372036854775807", 400, $"{Refused}1:6: parse error: timestamp out of bounds for @ modifier: 9223372036854776000"),
            ("sum_over_time(up[100y:1ms])", 422, "query processing would load too many samples into memory in query execution"),
            (new string('x', 5_000_000), 400, $"{Refused}1:1: parse error: query is 5000000 characters long; at most 4000000 are accepted"),
            ("up\0up", 400, "error parsing form values: The form value contains invalid characters."),
        ];

        foreach (var (query, expected, answer) in hostile)
        {
            var (status, body) = await server.PostAsync("/api/v1/query", ("query", query), ("time", "1700000000"));
            Assert.Equal((expected, answer), (status, status == 200 ? body.GetProperty("data").GetProperty("result").GetRawText() : body.GetProperty("error").GetString()));
        }

        // The ends of what Prometheus calls time.
        foreach (var (time, shown) in ((string, string)[])
        [
            ("-9223372036854775808", "-4611686018427387.904"), ("9223372036854775807", "4611686018427387.903"), ("1e18", "4611686018427387.903"),
            ("-292273086-05-16T16:47:06Z", "-4611686018427387.904"), ("292277025-08-18T07:12:54.999999999Z", "4611686018427387.903"),
        ])
        {
            var (status, body) = await server.PostAsync("/api/v1/query", ("query", "vector(1)"), ("time", time));
            Assert.Equal((200, $"[{shown},\"1\"]"), (status, body.GetProperty("data").GetProperty("result")[0].GetProperty("value").GetRawText()));
        }
        var (_, years) = await server.PostAsync("/api/v1/query_range", ("query", "vector(1)"), ("start", "0"), ("end", "4102444800"), ("step", "1y"));
        Assert.Equal(131, years.GetProperty("data").GetProperty("result")[0].GetProperty("values").GetArrayLength());
        Assert.Equal("1", (await server.GetAsync($"/api/v1/query?query=count(up)&time={T / 1000 + 1}")).Body.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString());
    }

    /// <summary>Each of the doors walks the tree in its own way, and on a thread of its own kind.</summary>
    [Theory]
    [InlineData("query", "\"value\":[1700000000,\"991\"]")]
    [InlineData("format_query", "vector(1)\\n+\\n  1\"}")]
    [InlineData("parse_query", "{\"type\":\"numberLiteral\",\"val\":\"1\"}")]
    public async Task Chains_of_operators_are_answered_to_their_last_one(string path, string expected)
    {
        await using var server = await RunningServer.StartAsync();

        var (status, text) = await ChainAsync(server, path, 990);

        Assert.Equal(200, status);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Equal(path == "query" ? 1 : 990, Occurrences(text, path == "query" ? "991" : path == "parse_query" ? "\"op\":\"+\"" : "vector(1)"));
    }

    [Theory]
    [InlineData("query")]
    [InlineData("format_query")]
    [InlineData("parse_query")]
    public async Task Longer_chains_are_refused(string path)
    {
        await using var server = await RunningServer.StartAsync();

        var (status, text) = await ChainAsync(server, path, 400_000);

        Assert.Equal(400, status);
        Assert.Contains("parse error: query is 4000001 characters long; at most 4000000 are accepted", text, StringComparison.Ordinal);
        Assert.Equal(200, (await server.GetAsync("/api/v1/query?query=1")).Status);
    }

    /// <summary>The text of the answer: its JSON may be deeper than readers like.</summary>
    static async Task<(int Status, string Text)> ChainAsync(RunningServer server, string path, int operators)
    {
        using var form = new FormUrlEncodedContent([new("query", string.Concat(Enumerable.Repeat("vector(1)+", operators)) + "1"), new("time", "1700000000")]);
        using var answer = await server.Client.PostAsync($"/api/v1/{path}", form, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    [Fact]
    public async Task Ten_thousand_selectors_are_answered_and_more_are_refused()
    {
        await using var server = await RunningServer.StartAsync();
        await server.WriteAsync(("__name__=up job=api", [(T, 1)]), ("__name__=down job=api", [(T, 1)]));

        var (status, found) = await server.PostAsync("/api/v1/series", [.. Enumerable.Repeat(("match[]", "up"), 9_999), ("match[]", "down")]);
        var (refused, fault) = await server.PostAsync("/api/v1/series", [.. Enumerable.Repeat(("match[]", "up"), 10_001)]);

        Assert.Equal((200, """[{"__name__":"down","job":"api"},{"__name__":"up","job":"api"}]"""), (status, found.GetProperty("data").GetRawText()));
        Assert.Equal((400, "invalid parameter \"match[]\": 10001 selectors; at most 10000 are taken"), (refused, fault.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_slow_client_holds_up_nobody_and_its_query_ends_when_it_goes()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Query = new() { MaxConcurrency = 1 } });
        await server.WriteAsync([.. Enumerable.Range(0, 400).Select(i => ($"__name__=m n={i:0000} filler={new string('x', 200)}", new[] { (T, 1.0) }))]);

        using var slow = new TcpClient { ReceiveBufferSize = 2_048 };
        await slow.ConnectAsync(server.Address.Host, server.Address.Port);
        var request = string.Create(CultureInfo.InvariantCulture, $"GET /api/v1/query_range?query=m&start={T / 1000}&end={T / 1000 + 299}&step=1 HTTP/1.1\r\nHost: {server.Address.Authority}\r\n\r\n");
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        Assert.NotEqual(0, await slow.GetStream().ReadAsync(new byte[100])); // The answer has begun, and is several megabytes long.

        Assert.Equal(200, (await server.GetAsync("/api/v1/query?query=1")).Status); // The only query thread is free, though the answer is not out.
        slow.Close();
        Assert.Equal(200, (await server.GetAsync($"/api/v1/query?query=count(m)&time={T / 1000}")).Status);
    }

    [Fact]
    public async Task Answers_are_compressed_for_who_takes_it_and_come_whole()
    {
        await using var server = await RunningServer.StartAsync();
        await server.WriteAsync([.. Enumerable.Range(0, 2_000).Select(i => ($"__name__=m n={i:0000}", new[] { (T, i + 0.5) }))]);
        using var unpacking = new HttpClient(new HttpClientHandler { AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = server.Address };
        var path = $"/api/v1/query_range?query=m&start={T / 1000}&end={T / 1000 + 240}&step=15";

        var plain = await server.Client.GetStringAsync(path);
        var unpacked = await unpacking.GetStringAsync(path);

        Assert.Equal(plain, unpacked);
        Assert.Equal(2_000, System.Text.Json.JsonDocument.Parse(plain).RootElement.GetProperty("data").GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task Deleting_needs_the_flag_and_hides_what_was_meant()
    {
        await using var closed = await RunningServer.StartAsync(options => options with { Web = options.Web with { EnableAdminApi = false } });
        var (code, answer) = await closed.PostAsync("/api/v1/admin/tsdb/delete_series?match[]=up");
        Assert.Equal((500, "admin APIs disabled"), (code, answer.GetProperty("error").GetString()));

        await using var server = await RunningServer.StartAsync();
        await server.WriteAsync(("__name__=up job=api", [(T, 1)]), ("__name__=up job=web", [(T, 1)]));
        Assert.Equal("no match[] parameter provided", (await server.PostAsync("/api/v1/admin/tsdb/delete_series")).Body.GetProperty("error").GetString());
        Assert.Equal(204, (await server.PostAsync("/api/v1/admin/tsdb/delete_series?match[]=up{job=%22web%22}")).Status);
        Assert.Equal(204, (await server.PostAsync("/api/v1/admin/tsdb/clean_tombstones")).Status);

        Assert.Equal("1", (await server.GetAsync($"/api/v1/query?query=count(up)&time={T / 1000}")).Body.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString());
        Assert.NotEmpty((await server.PostAsync("/api/v1/admin/tsdb/snapshot")).Body.GetProperty("data").GetProperty("name").GetString()!);
    }

    [Fact]
    public async Task Every_status_answer_has_the_fields_of_the_specification()
    {
        await using var server = await RunningServer.StartAsync();
        foreach (var (path, fields) in new[]
        {
            ("runtimeinfo", "startTime CWD hostname serverTime reloadConfigSuccess lastConfigTime corruptionCount goroutineCount GOMAXPROCS GOMEMLIMIT GOGC GODEBUG storageRetention"),
            ("buildinfo", "version revision branch buildUser buildDate goVersion"),
            ("tsdb", "headStats seriesCountByMetricName labelValueCountByLabelName memoryInBytesByLabelName seriesCountByLabelValuePair"),
            ("walreplay", "min max current"),
            ("config", "yaml"),
            ("tsdb/blocks", "blocks"),
        })
        {
            var (status, body) = await server.GetAsync($"/api/v1/status/{path}");
            Assert.Equal((200, fields), (status, string.Join(' ', body.GetProperty("data").EnumerateObject().Select(property => property.Name))));
        }
    }

    [Fact]
    public async Task Metrics_of_OTLP_are_refused_for_good_and_the_other_way_is_named()
    {
        await using var server = await RunningServer.StartAsync();
        using var answer = await server.Client.PostAsync("/api/v1/otlp/v1/metrics", new ByteArrayContent([]), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("/api/v1/write", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_site_may_read_but_not_change()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Web = options.Web with { CorsOrigin = ".*" } });
        using var read = new HttpRequestMessage(HttpMethod.Get, "/api/v1/query?query=1");
        read.Headers.Add("Origin", "http://elsewhere.example");
        using var change = new HttpRequestMessage(HttpMethod.Post, "/api/v1/admin/tsdb/clean_tombstones");
        change.Headers.Add("Origin", "http://elsewhere.example");

        Assert.Equal("*", (await server.Client.SendAsync(read)).Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Client.SendAsync(change)).StatusCode);
    }

    static Task<string> TextAsync(RunningServer server, string path) => server.Client.GetStringAsync(path);
}
