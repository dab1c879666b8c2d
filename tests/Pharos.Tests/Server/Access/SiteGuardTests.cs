using Microsoft.AspNetCore.Http;
using Pharos.Server.Access;
using Pharos.Server.Doors;
using Pharos.Tests.Server.Hosting;
using Pharos.Tests.Server.Metrics.Api;

namespace Pharos.Tests.Server.Access;

public sealed class SiteGuardTests
{
    static string? Refusal(string method, Door door, string host, params (string Name, string Value)[] headers) => Refusal(new(isLoopbackOnly: true, ""), method, door, host, headers);

    static string? Refusal(SiteGuard guard, string method, Door door, string host, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.Host = host;
        foreach (var (name, value) in headers) context.Request.Headers[name] = value;
        return guard.Refusal(context.Request, door);
    }

    /// <summary>Whether the whole server, with a prefix before all routes, refuses it.</summary>
    static async Task<bool> IsRefusedAsync(string method, string path, string header)
    {
        await using var server = await RunningServer.StartAsync(options => options with { Web = options.Web with { RoutePrefix = "/x", ExternalPath = "/x" } });
        using var client = await RawClient.SendAsync(server.Address, $"{method} {path} HTTP/1.1\r\nContent-Length: 0\r\n{header}");
        return (await client.ReadAsync()).StartsWith("HTTP/1.1 403", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/x/api/v1/alerting/heartbeat/backup")]
    [InlineData("HEAD", "/x//api/v1/alerting/heartbeat/backup")]
    [InlineData("GET", "//x/api/v1/./alerting/heartbeat/backup/")]
    [InlineData("POST", "/x/-/reload")]
    [InlineData("POST", "/x/api/v1/query/../write")]
    [InlineData("PUT", "/x/api/v1/admin/tsdb/delete_series")]
    [InlineData("DELETE", "/x/api/v1/query")]
    public async Task Behind_a_prefix_another_site_changes_nothing_either(string method, string path)
    {
        Assert.True(await IsRefusedAsync(method, path, "Sec-Fetch-Site: cross-site"));
        Assert.True(await IsRefusedAsync(method, path, "Origin: http://evil.com"));
        Assert.False(await IsRefusedAsync(method, path, "Sec-Fetch-Site: same-origin"));
    }

    [Theory]
    [InlineData("/x/api/v1/query")]
    [InlineData("/x//api/v1/query_range/")]
    [InlineData("//x/api/v1/series")]
    [InlineData("/x/api/v1/alerting/routes/test")]
    public async Task Behind_a_prefix_posts_that_only_read_pass(string path) => Assert.False(await IsRefusedAsync("POST", path, "Origin: http://grafana:3000"));

    [Theory]
    [InlineData("localhost:9090")]
    [InlineData("127.0.0.1:9090")]
    [InlineData("127.1.2.3")]
    [InlineData("[::1]:9090")]
    [InlineData("pharos.localhost:9090")]
    [InlineData("mon.example.com")]
    public void On_loopback_its_own_names_and_that_of_the_external_address_are_taken(string host) =>
        Assert.Null(Refusal(new(isLoopbackOnly: true, "https://mon.example.com/x"), "GET", Reading, host));

    [Theory]
    [InlineData("evil.com")]
    [InlineData("localhost.evil.com")]
    [InlineData("192.168.1.1:9090")]
    public void On_loopback_a_name_that_only_resolves_here_is_refused(string host) =>
        Assert.Contains("is no loopback name", Refusal("GET", Reading, host));

    [Fact]
    public void On_other_interfaces_any_name_is_taken() =>
        Assert.Null(Refusal(new(isLoopbackOnly: false, ""), "GET", Reading, "evil.com"));

    [Theory]
    [InlineData("POST", "Origin", "http://evil.com")]
    [InlineData("POST", "Origin", "null")]
    [InlineData("POST", "Origin", "http://localhost:1234")]
    [InlineData("PUT", "Sec-Fetch-Site", "cross-site")]
    [InlineData("POST", "Sec-Fetch-Site", "same-site")]
    [InlineData("GET", "Sec-Fetch-Site", "cross-site")]
    public void Another_site_changes_nothing(string method, string header, string value) =>
        Assert.Equal("another site may not change anything here", Refusal(method, Changing, "localhost:9090", (header, value)));

    [Theory]
    [InlineData("POST", true)]
    [InlineData("DELETE", true)]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    public void Where_there_is_no_door_the_method_tells(string method, bool isRefused) =>
        Assert.Equal(isRefused, Refusal(method, DoorTable.Nothing, "localhost:9090", ("Origin", "http://evil.com")) is not null);

    [Theory]
    [InlineData("Origin", "http://localhost:9090")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("User-Agent", "curl")]
    public void Own_pages_and_programs_pass(string header, string value) => Assert.Null(Refusal("POST", Changing, "localhost:9090", (header, value)));

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public void Readers_pass_whatever_the_method(string method) => Assert.Null(Refusal(method, Reading, "localhost:9090", ("Origin", "http://grafana:3000")));

    [Fact]
    public void A_door_with_a_key_of_its_own_takes_what_other_sites_send_but_no_foreign_name()
    {
        var door = Changing with { Right = Right.OwnKey };

        Assert.Null(Refusal("POST", door, "localhost:9090", ("Origin", "http://shop.example")));
        Assert.NotNull(Refusal("POST", door, "evil.com", ("Origin", "http://shop.example")));
    }

    static readonly Door Reading = Door.ReadOrForm("/read", "reads");
    static readonly Door Changing = Door.Signal("/change", "changes");
}
