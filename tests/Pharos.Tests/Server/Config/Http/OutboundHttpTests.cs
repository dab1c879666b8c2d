using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pharos.Server.Alerting.Notifiers.Webhook;
using Pharos.Server.Config;
using Pharos.Server.Config.Http;
using Pharos.Tests.Server.Alerting;
using Pharos.Tests.Server.Metrics.Scraping;

namespace Pharos.Tests.Server.Config.Http;

public sealed class OutboundHttpTests
{
    [Theory]
    [InlineData("me:p%40ss@", false, "me:p@ss")]
    [InlineData("me@", false, "me:")]
    [InlineData("me:p%40ss@", true, "me:p@ss")] // It stands nearest.
    [InlineData("", true, "other:one")]
    [InlineData("", false, null)]
    public async Task A_login_in_the_address_is_sent_as_other_clients_do(string login, bool hasBasicAuth, string? sent)
    {
        string? seen = null;
        await using var server = await LocalServer.StartAsync(context =>
        {
            seen = context.Request.Headers.Authorization;
            return Task.CompletedTask;
        });
        using var client = OutboundHttp.Create(new() { BasicAuth = hasBasicAuth ? new(Secret.Inline("other"), Secret.Inline("one")) : null }, TimeProvider.System);

        (await client.GetAsync(new Uri($"http://{login}{server.Address}/"))).EnsureSuccessStatusCode();

        Assert.Equal(sent is null ? null : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(sent))}", seen);
    }

    [Fact]
    public async Task A_login_in_the_address_goes_to_no_other_host()
    {
        string? seen = "nothing";
        await using var other = await LocalServer.StartAsync(context =>
        {
            seen = context.Request.Headers.Authorization;
            return Task.CompletedTask;
        });
        await using var server = await LocalServer.StartAsync(context =>
        {
            context.Response.Redirect($"http://{other.Address}/");
            return Task.CompletedTask;
        });
        using var client = OutboundHttp.Create(new(), TimeProvider.System);

        (await client.GetAsync(new Uri($"http://me:pass@{server.Address}/"))).EnsureSuccessStatusCode();

        Assert.Null(seen);
    }

    [Theory]
    [InlineData("ftp://{0}")]
    [InlineData("{0}")]
    public async Task A_proxy_of_an_odd_scheme_is_spoken_to_by_HTTP(string written)
    {
        string? asked = null;
        await using var proxy = await LocalServer.StartAsync(context =>
        {
            asked = context.Request.Host.Value;
            return Task.CompletedTask;
        });
        var (file, _) = AlertmanagerFiles.Read($$"""
            route: {receiver: a}
            receivers: [{name: a, webhook_configs: [{url: 'http://x', http_config: {proxy_url: '{{string.Format(CultureInfo.InvariantCulture, written, proxy.Address)}}' } }] }]
            """);
        using var client = OutboundHttp.Create(((WebhookConfig)file!.Receivers[0].Integrations[0].Config).Http, TimeProvider.System);

        (await client.GetAsync(new Uri("http://far.example/"))).EnsureSuccessStatusCode();

        Assert.Equal("far.example", asked);
    }
}
