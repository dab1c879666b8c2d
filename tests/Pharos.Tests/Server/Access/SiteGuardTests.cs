using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Server.Access;
using Pharos.Server.Doors;
using Pharos.Server.Hosting;

namespace Pharos.Tests.Server.Access;

public sealed class SiteGuardTests
{
    static string? Refusal(WebOptions options, string method, string path, string host, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Headers.Host = host;
        foreach (var (name, value) in headers) context.Request.Headers[name] = value;
        return new SiteGuard(options).Refusal(context.Request);
    }

    /// <summary>The status that the whole pipeline gives, with a prefix before all routes; 200: it came to those who answer.</summary>
    static async Task<int> StatusAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        var options = new WebOptions { RoutePrefix = "/x", ExternalPath = "/x" };
        await using var access = new WebAccess(WebConfig.Default);
        using var metrics = new DoorMetrics();
        await using var services = new ServiceCollection().AddLogging().AddResponseCompression().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        (context.Request.Method, context.Request.Path, context.Request.Host) = (method, path, new("localhost:9090"));
        foreach (var (name, value) in headers) context.Request.Headers[name] = value;
        var app = new ApplicationBuilder(services);
        new RequestPipeline(options, access, metrics, NullLogger<RequestPipeline>.Instance).Use(app);
        app.Run(_ => Task.CompletedTask);
        await app.Build()(context);
        return context.Response.StatusCode;
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
        Assert.Equal(403, await StatusAsync(method, path, ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(403, await StatusAsync(method, path, ("Origin", "http://evil.com")));
        Assert.Equal(200, await StatusAsync(method, path, ("Sec-Fetch-Site", "same-origin")));
    }

    [Theory]
    [InlineData("/x/api/v1/query")]
    [InlineData("/x//api/v1/query_range/")]
    [InlineData("//x/api/v1/series")]
    [InlineData("/x/api/v1/alerting/routes/test")]
    public async Task Behind_a_prefix_posts_that_only_read_pass(string path) => Assert.Equal(200, await StatusAsync("POST", path, ("Origin", "http://grafana:3000")));

    [Theory]
    [InlineData("localhost:9090")]
    [InlineData("127.0.0.1:9090")]
    [InlineData("127.1.2.3")]
    [InlineData("[::1]:9090")]
    [InlineData("pharos.localhost:9090")]
    [InlineData("mon.example.com")]
    public void On_loopback_its_own_names_and_that_of_the_external_address_are_taken(string host) =>
        Assert.Null(Refusal(new() { ExternalUrl = "https://mon.example.com/x" }, "GET", "/", host));

    [Theory]
    [InlineData("evil.com")]
    [InlineData("localhost.evil.com")]
    [InlineData("192.168.1.1:9090")]
    public void On_loopback_a_name_that_only_resolves_here_is_refused(string host) =>
        Assert.Contains("is no loopback name", Refusal(new(), "GET", "/", host));

    [Fact]
    public void On_other_interfaces_any_name_is_taken() =>
        Assert.Null(Refusal(new() { Listen = [new("0.0.0.0", 9090)] }, "GET", "/", "evil.com"));

    [Theory]
    [InlineData("POST", "/-/reload", "Origin", "http://evil.com")]
    [InlineData("POST", "/-/reload", "Origin", "null")]
    [InlineData("POST", "/-/reload", "Origin", "http://localhost:1234")]
    [InlineData("PUT", "/api/v1/admin/tsdb/delete_series", "Sec-Fetch-Site", "cross-site")]
    [InlineData("POST", "/api/v1/write", "Sec-Fetch-Site", "same-site")]
    [InlineData("DELETE", "/api/v1/query", "Origin", "http://evil.com")]
    public void Another_site_changes_nothing(string method, string path, string header, string value) =>
        Assert.Equal("another site may not change anything here", Refusal(new(), method, path, "localhost:9090", (header, value)));

    [Theory]
    [InlineData("POST", "/-/reload", "Origin", "http://localhost:9090")]
    [InlineData("POST", "/-/reload", "Sec-Fetch-Site", "same-origin")]
    [InlineData("POST", "/-/reload", "User-Agent", "curl")]
    [InlineData("POST", "/api/v1/query", "Origin", "http://grafana:3000")]
    [InlineData("GET", "/api/v1/query", "Origin", "http://grafana:3000")]
    public void Own_pages_programs_and_readers_pass(string method, string path, string header, string value) =>
        Assert.Null(Refusal(new(), method, path, "localhost:9090", (header, value)));
}
