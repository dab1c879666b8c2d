using System.Text;
using Pharos.Tests.Server.Metrics.Api;

namespace Pharos.Tests.Server.Hosting;

/// <summary>One address, however it is written: with a prefix, with slashes and dots too many. What judges requests and what answers them see the same.</summary>
public sealed class PathsTests(PathsTests.Servers servers) : IClassFixture<PathsTests.Servers>
{
    /// <summary>One without a prefix and one behind <c>/x</c>; no case changes what another sees.</summary>
    public sealed class Servers : IAsyncLifetime
    {
        const string Expected = "heartbeats: {expect: [{name: backup, every: 1d}]}\n";

        internal RunningServer Plain { get; private set; } = null!;

        internal RunningServer Prefixed { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Plain = await RunningServer.StartAsync(options => options with { Web = options.Web with { CorsOrigin = ".*" } }, pharosFile: Expected);
            Prefixed = await RunningServer.StartAsync(options => options with { Web = options.Web with { CorsOrigin = ".*", RoutePrefix = "/x", ExternalPath = "/x" } }, pharosFile: Expected);
        }

        public async ValueTask DisposeAsync()
        {
            await Plain.DisposeAsync();
            await Prefixed.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_page_elsewhere_gives_no_sign_of_life_however_it_writes_the_address()
    {
        string[] own = ["/api/v1/alerting/heartbeat/backup", "//api/v1/alerting/heartbeat/backup", "/api//v1/alerting//heartbeat/backup", "/./api/v1/alerting/heartbeat/backup",
            "/api/v1/x/../alerting/heartbeat/backup", "/API/v1/Alerting/Heartbeat/backup", "/api/v1/alerting/heartbeat/backup/", "/%61pi/v1/alerting/heartbeat/backup",
            "/api/v1/alerting/heartbeat%2Fbackup", "/api/v1/alerting%2Fheartbeat/backup", "/%2Fapi/v1/alerting/heartbeat/backup", "/api/v1/alerting/%2e/heartbeat/backup"];
        var let = new List<string>();
        foreach (var (server, prefix) in new[] { (servers.Plain, ""), (servers.Prefixed, "/x"), (servers.Prefixed, "//x"), (servers.Prefixed, "/./x") })
        {
            foreach (var path in own)
            {
                var (crossSite, _) = await SendAsync(server, $"GET {prefix}{path}", "Sec-Fetch-Site: cross-site");
                var (sameSite, _) = await SendAsync(server, $"GET {prefix}{path}", "Sec-Fetch-Site: same-origin");
                if (crossSite is not (403 or 404) || (crossSite == 404 && sameSite != 404)) let.Add($"{prefix}{path}: {crossSite} where its own page gets {sameSite}");
            }
        }
        Assert.Empty(let);
        Assert.Equal(200, (await SendAsync(servers.Prefixed, "GET /x/api/v1/alerting/heartbeat/backup", "Sec-Fetch-Site: same-origin")).Status); // It is a door.
    }

    [Theory]
    [InlineData("/x", "/api/v1/query")]
    [InlineData("//x", "//api/v1/query")]
    [InlineData("", "/api/v1/query")]
    [InlineData("", "//api/v1/query")]
    [InlineData("", "/api//v1///query")]
    [InlineData("", "/api/./v1/query")]
    [InlineData("", "/x/../api/v1/query")]
    [InlineData("", "/api/v1/query/")]
    public async Task A_question_is_answered_however_its_address_is_written_also_for_an_allowed_origin(string prefix, string path)
    {
        var server = prefix.Length == 0 ? servers.Plain : servers.Prefixed;

        var (status, body) = await SendAsync(server, $"POST {prefix}{path}", "Origin: http://grafana:3000\r\nContent-Type: application/x-www-form-urlencoded", "query=41%2B1");

        Assert.Equal(200, status);
        Assert.Contains("\"42\"", body, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Origin: *", body, StringComparison.Ordinal);
        Assert.Contains("\"42\"", (await SendAsync(server, $"GET {prefix}{path}?query=41%2B1", "Accept: */*")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/x/-/reload")]
    [InlineData("//x//-/reload")]
    [InlineData("/x/api/v1/query/../write")]
    [InlineData("/x/api/v1/write")]
    [InlineData("/x/api/v2/silences")]
    public async Task A_page_elsewhere_changes_nothing_behind_a_prefix(string path) =>
        Assert.Equal(403, (await SendAsync(servers.Prefixed, $"POST {path}", "Origin: http://evil.com", "")).Status);

    [Theory]
    [InlineData("/api/v1/query?query=1", 404)]
    [InlineData("/xx/api/v1/query?query=1", 404)]
    [InlineData("/x%2Fapi/v1/query?query=1", 404)]
    [InlineData("/", 302)]
    [InlineData("//", 302)]
    public async Task What_lies_outside_the_prefix_is_not_here(string path, int status) => Assert.Equal(status, (await SendAsync(servers.Prefixed, $"GET {path}", "Accept: */*")).Status);

    /// <summary>Sent by hand: clients clean addresses themselves.</summary>
    static async Task<(int Status, string Body)> SendAsync(RunningServer server, string request, string headers, string? body = null)
    {
        var length = body is null ? "" : $"\r\nContent-Length: {body.Length}";
        using var client = await RawClient.SendAsync(server.Address, $"{request} HTTP/1.1\r\nConnection: close\r\n{headers}{length}", Encoding.ASCII.GetBytes(body ?? ""));
        var text = new StringBuilder();
        while (await client.ReadAsync() is { Length: > 0 } part) text.Append(part);
        return (int.Parse(text.ToString().AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), text.ToString());
    }
}
