using System.Net;
using System.Text;
using Pharos.Server.Wire;
using Pharos.Tests.Server.Metrics.Api;
using Snappier;

namespace Pharos.Tests.Server.Hosting;

/// <summary>Clients that do not read, or do not send, hold nothing that others need, and not for ever.</summary>
public sealed class SlowClientTests(SlowClientTests.SmallServer small) : IClassFixture<SlowClientTests.SmallServer>
{
    const long T = 1_700_000_000_000;

    /// <summary>So much that neither end's sockets can hold it.</summary>
    const int AnswerBytes = 8 << 20;

    const int LabelBytes = 60_000;

    static readonly TimeSpan Long = TimeSpan.FromHours(1);

    /// <summary>Takes two connections, one of which is its own client's: whoever comes next gets in only when a slow client is out. Its long limits end when it is told so.</summary>
    public sealed class SmallServer : IAsyncLifetime
    {
        internal HurriedTime Time { get; } = new(Long);

        internal RunningServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await RunningServer.StartAsync(options => options with { Query = new() { Timeout = Long, LookbackDelta = TimeSpan.FromDays(20_000) }, Web = options.Web with { ReadTimeout = Long, MaxConnections = 2 } }, time: Time);
            await FillAsync(Server);
            await PostAlertsAsync(Server);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        internal async Task<RawClient> GetInAsync(Func<Task<RawClient>> connect, string begins)
        {
            for (var tries = 0; ; tries++)
            {
                Assert.True(tries < 10_000, "turned away for ever");
                var client = await connect();
                if (await client.ReadAsync() is { Length: > 0 } answer)
                {
                    Assert.StartsWith(begins, answer, StringComparison.Ordinal);
                    return client;
                }
                client.Dispose(); // The one before is not quite out yet.
            }
        }
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_of_remote_read_that_do_not_read_stop_no_query()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Query = new() { Timeout = TimeSpan.FromSeconds(60) }, Metrics = new() { RemoteReadConcurrency = 200 } });
        await FillAsync(server);
        var slow = new List<RawClient>();
        for (var i = 0; i < 2 + Math.Max(4, 2 * Environment.ProcessorCount); i++) // More than there are threads of any kind.
        {
            slow.Add(await AskAsync(server.Address, "/api/v1/read", streamed: true));
            Assert.StartsWith("HTTP/1.1 200", await slow[^1].ReadAsync(), StringComparison.Ordinal); // Its reading has begun, and cannot end.
        }

        var (status, body) = await server.GetAsync("/api/v1/query?query=1");

        Assert.Equal(200, status);
        Assert.Equal("scalar", body.GetProperty("data").GetProperty("resultType").GetString());
        Assert.Equal(200, (await server.GetAsync("/api/v1/labels")).Status);
        slow.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("/api/v1/read streamed")]
    [InlineData("/api/v1/read")]
    [InlineData("/api/v1/query?query=m&time=1700000000")]
    [InlineData("/api/v1/query_range?query=m&start=1700000000&end=1700000001&step=1")]
    [InlineData("/api/v1/series?match[]=m")]
    [InlineData("/api/v1/label/filler/values")]
    [InlineData("/api/v1/search/label_values?label=filler&limit=1000")]
    [InlineData("/federate?match[]=m")]
    [InlineData("/api/v2/alerts")]
    public async Task A_client_that_does_not_read_is_cut_at_the_deadline(string door)
    {
        var address = small.Server.Address;
        using var slow = await small.GetInAsync(() => AskAsync(address, door.Split(' ')[0], streamed: door.EndsWith(" streamed", StringComparison.Ordinal)), "HTTP/1.1 200");

        using var next = new HttpClient { BaseAddress = address };
        var isIn = false;
        await Eventually.HoldsAsync(
            () =>
            {
                small.Time.Expire();
                return isIn |= IsAnswered(next);
            },
            "the slow client's place is free");
    }

    [Fact]
    public async Task Uploads_of_which_nothing_comes_stop_no_writing()
    {
        await using var server = await RunningServer.StartAsync();
        var idle = new List<RawClient>();
        for (var i = 0; i < 17; i++) idle.Add(await UploadAsync(server.Address, "/api/v1/write", "application/x-protobuf", 32 << 20));

        await server.WriteAsync(("__name__=up", [(T, 1)]));

        idle.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Requests_of_which_nothing_comes_stop_no_remote_read()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Metrics = new() { RemoteReadConcurrency = 1 }, Query = new() { Timeout = TimeSpan.FromSeconds(60) } });
        using var idle = await UploadAsync(server.Address, "/api/v1/read", "application/x-protobuf", 100_000);

        using var answer = await server.Client.PostAsync("/api/v1/read", new ByteArrayContent(ReadRequest(streamed: false)), Cancellation);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>It sends faster than the least rate of the web server, which alone would let it go on for days.</summary>
    [Theory]
    [InlineData("/api/v1/write", "application/x-protobuf", 503)]
    [InlineData("/api/v1/read", "application/x-protobuf", 408)]
    [InlineData("/api/v1/query", "application/x-www-form-urlencoded", 408)]
    [InlineData("/api/v1/query", "multipart/form-data; boundary=x", 408)]
    [InlineData("/api/v2/alerts", "application/json", 408)]
    [InlineData("/api/v2/silences", "application/json", 408)]
    public async Task A_body_that_does_not_come_whole_in_time_is_given_up(string path, string type, int status)
    {
        using var slow = await small.GetInAsync(() => ClaimAsync(small.Server.Address, path, type, 4 << 20), "HTTP/1.1 100");
        var answer = slow.ReadAsync();

        await Eventually.HoldsAsync(
            () =>
            {
                small.Time.Expire();
                return answer.IsCompleted || !TrySend(slow);
            },
            "the slow upload is over");

        Assert.StartsWith($"HTTP/1.1 {status}", await answer, StringComparison.Ordinal);

        static bool TrySend(RawClient client)
        {
            try
            {
                return client.SendAsync(Enumerable.Repeat((byte)' ', 100).ToArray()).IsCompletedSuccessfully;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    static bool IsAnswered(HttpClient client)
    {
        try
        {
            return client.GetAsync("/-/healthy", Cancellation).GetAwaiter().GetResult().IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // Turned away at once: there are as many connections as are allowed.
        }
    }

    static Task FillAsync(RunningServer server) => server.WriteAsync(
        [.. Enumerable.Range(0, AnswerBytes / LabelBytes).Select(i => ($"__name__=m n={i} filler={Filler(i)}", new[] { (T, 1.0) }))]);

    /// <summary>Nothing in it repeats: some answers are compressed.</summary>
    static string Filler(int number)
    {
        var bytes = new byte[LabelBytes / 2];
        new Random(number).NextBytes(bytes);
        return Convert.ToHexString(bytes);
    }

    static async Task PostAlertsAsync(RunningServer server)
    {
        var alerts = Enumerable.Range(0, AnswerBytes / LabelBytes).Select(i => $$$"""{"labels": {"alertname": "A{{{i}}}"}, "annotations": {"filler": "{{{Filler(i)}}}"}}""");
        using var answer = await server.Client.PostAsync("/api/v2/alerts", new StringContent($"[{string.Join(',', alerts)}]", Encoding.UTF8, "application/json"), Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    static Task<RawClient> AskAsync(Uri address, string path, bool streamed)
    {
        if (path != "/api/v1/read") return RawClient.SendAsync(address, $"GET {path} HTTP/1.1");
        var body = ReadRequest(streamed);
        return RawClient.SendAsync(address, $"POST {path} HTTP/1.1\r\nContent-Length: {body.Length}", body);
    }

    /// <summary>Claims a body of which nothing follows. The server says "100" when a door waits for it.</summary>
    static Task<RawClient> ClaimAsync(Uri address, string path, string type, int claimedBytes) =>
        RawClient.SendAsync(address, $"POST {path} HTTP/1.1\r\nContent-Type: {type}\r\nContent-Length: {claimedBytes}\r\nExpect: 100-continue");

    static async Task<RawClient> UploadAsync(Uri address, string path, string type, int claimedBytes)
    {
        var client = await ClaimAsync(address, path, type, claimedBytes);
        Assert.StartsWith("HTTP/1.1 100", await client.ReadAsync(), StringComparison.Ordinal);
        return client;
    }

    static byte[] ReadRequest(bool streamed)
    {
        var matcher = new ProtoWriter();
        matcher.Bytes(2, "__name__"u8);
        matcher.Bytes(3, "m"u8);
        var query = new ProtoWriter();
        query.Int64(1, 0);
        query.Int64(2, T + 10_000_000);
        query.Message(3, matcher);
        var request = new ProtoWriter();
        request.Message(1, query);
        if (streamed) request.Varint(2, 1);
        return Snappy.CompressToArray(request.Written);
    }
}
