using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Pharos.Server.Config;
using Pharos.Server.HttpClients;
using Pharos.Server.Notifying.Webhook;
using Pharos.Tests.Server.Alerting;
using Pharos.Tests.Server.Metrics.Scraping;

namespace Pharos.Tests.Server.HttpClients;

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
    [InlineData("https://a.example:8443/", "https://a.example:8443/next", true)]
    [InlineData("https://a.example/", "https://A.example/next", true)]
    [InlineData("https://a.example:8443/", "http://a.example:8443/next", false)]
    [InlineData("http://a.example:8443/", "https://a.example:8443/next", false)]
    [InlineData("https://a.example/", "https://a.example:8443/next", false)]
    [InlineData("https://a.example/", "https://sub.a.example/next", false)]
    [InlineData("https://a.example/", "https://b.example/ https://a.example/next", false)] // Who led away may have chosen the way back.
    public async Task A_login_and_secret_headers_go_along_to_the_same_scheme_host_and_port_alone(string first, string next, bool keeps)
    {
        foreach (var config in new HttpClientConfig[]
        {
            new() { BasicAuth = new(Secret.Inline("me"), Secret.Inline("hidden")) },
            new() { Authorization = new("Bearer", Secret.Inline("hidden")) },
            new() { Headers = [new("X-Key", [], [Secret.Inline("hidden")], [])] },
        })
        {
            using var hops = new RedirectingHandler(next.Split(' '));
            using var client = new HttpMessageInvoker(new CredentialsHandler(config, tokens: null, hops));
            using var request = new HttpRequestMessage(HttpMethod.Get, first);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((true, keeps), (hops.Logins[0], hops.Logins[^1]));
        }
    }

    [Fact]
    public async Task A_token_server_that_answers_without_end_is_given_up()
    {
        await using var server = await LocalServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"access_token\":\"t\",\"pad\":\"");
            for (var i = 0; i < 8; i++) await context.Response.WriteAsync(new string('x', 1 << 20));
            await context.Response.WriteAsync("\"}");
        });
        var oauth = new OAuth2Config { ClientId = "me", TokenUrl = $"http://you:hidden@{server.Address}/token" };
        using var client = OutboundHttp.Create(new() { OAuth2 = oauth }, TimeProvider.System);

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://{server.Address}/")));

        Assert.Equal($"the token address http://{server.Address}/token answered with more than 1048576 bytes", fault.Message);
    }

    /// <summary>Leads to one address after the other, and notes to which of them a login or a secret came.</summary>
    sealed class RedirectingHandler(string[] next) : HttpMessageHandler
    {
        public List<bool> Logins { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Logins.Add(request.Headers.Authorization is not null || request.Headers.Contains("X-Key"));
            var response = new HttpResponseMessage(Logins.Count > next.Length ? System.Net.HttpStatusCode.OK : System.Net.HttpStatusCode.Found);
            if (Logins.Count <= next.Length) response.Headers.Location = new(next[Logins.Count - 1]);
            return Task.FromResult(response);
        }
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
