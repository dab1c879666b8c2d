using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Server.Access;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Hosting;
using Pharos.Server.Hosting.Ports;
using Pharos.Tests.Server.Doors;
using Pharos.Tests.Server.Rooms;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Hosting.Ports;

/// <summary>A port of its own for an API that only these tests have.</summary>
public sealed class NamedPortsTests : IAsyncDisposable
{
    const string Hash = "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";

    static readonly NamedPort Toy = new("toy", "/toys");

    readonly FindingBook findings = new(TimeProvider.System);
    readonly ManualTime time = new(startMs: 0);
    readonly List<string> pushed = [];
    readonly List<PortServer> opened = [];
    readonly HttpClient client = new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
    WebApplication? web;
    WebAccess? access;
    PortsRoom? room;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_API_lies_at_the_root_of_its_own_port_alone_and_below_its_prefix_on_the_others()
    {
        await StartAsync();
        await ListenAsync("127.0.0.1:0");
        var (all, toy) = (web!.Urls.Single(), opened.Single().Url);

        Assert.Equal("a doll", await client.GetStringAsync(new Uri($"{toy}/doll"), Cancellation));
        Assert.Equal("a doll", await client.GetStringAsync(new Uri($"{all}/toys/doll"), Cancellation));
        Assert.Equal("ready", await client.GetStringAsync(new Uri($"{toy}/-/ready"), Cancellation));
        Assert.Equal("ready", await client.GetStringAsync(new Uri($"{all}/-/ready"), Cancellation));
        Assert.Equal("the other same", await client.GetStringAsync(new Uri($"{all}/same"), Cancellation));
        Assert.Equal("the toys' same", await client.GetStringAsync(new Uri($"{toy}/same"), Cancellation));
        Assert.Equal("404 404 page not found\n", await TellAsync($"{toy}/other"));
        Assert.Equal("404 404 page not found\n", await TellAsync($"{toy}/toys/doll"));
        Assert.Equal("404 nothing", await TellAsync($"{all}/doll"));
    }

    public static TheoryData<string> Logins => [.. Roles.Words];

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task Its_doors_have_the_logins_and_rights_of_all(string login)
    {
        var role = Roles.Find(login)!.Value;
        await StartAsync(
            WebConfig.Default with { Users = Roles.Words.ToDictionary(name => name, _ => Hash) }, new RolesConfig { Users = Roles.Words.ToDictionary(name => name, name => Roles.Find(name)!.Value) });
        await ListenAsync("127.0.0.1:0");
        foreach (var port in (string[])[web!.Urls.Single() + "/toys", opened.Single().Url])
        {
            pushed.Clear();
            Assert.Equal(role.May(Right.Read) ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Get, $"{port}/doll", login));
            Assert.Equal(role.May(Right.Push) ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Post, $"{port}/dolls", login));
            Assert.Equal(role.May(Right.Push) ? [login] : [], pushed); // Who it is, is told to the room.
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(HttpMethod.Get, $"{port}/doll", login: null));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Post, $"{port}/keyed", login: null));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, $"{port}/open", login: null));
        }
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(HttpMethod.Get, $"{opened.Single().Url}/other", login: null));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, $"{opened.Single().Url}/other", login));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, $"{opened.Single().Url}/-/ready", login));
    }

    [Fact]
    public async Task It_speaks_TLS_where_all_do()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await StartAsync(WebConfig.Default with { Tls = new() { Cert = certificate.ExportCertificatePem(), Key = Secret.Inline(key.ExportPkcs8PrivateKeyPem()) } });
        await ListenAsync("127.0.0.1:0");

        Assert.StartsWith("https://", opened.Single().Url, StringComparison.Ordinal);
        Assert.Equal("a doll", await client.GetStringAsync(new Uri($"{opened.Single().Url}/doll"), Cancellation));
    }

    [Fact]
    public async Task A_reload_opens_moves_and_closes_it()
    {
        await StartAsync();
        await ListenAsync("127.0.0.1:0");
        var first = opened.Single().Url;
        await ListenAsync("127.0.0.2:0");
        var second = opened[^1].Url;

        Assert.Equal("a doll", await client.GetStringAsync(new Uri($"{second}/doll"), Cancellation));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"{first}/doll"), Cancellation));
        await ListenAsync("127.0.0.2:0");
        Assert.Equal(2, opened.Count); // What stays is not opened anew.

        await room!.TakeAsync(Configuration.Empty);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"{second}/doll"), Cancellation));
    }

    [Fact]
    public async Task A_port_in_use_is_a_finding_that_names_its_owner_and_is_tried_again()
    {
        await StartAsync();
        using var owner = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        owner.Start();
        var port = ((IPEndPoint)owner.LocalEndpoint).Port;

        await ListenAsync($"127.0.0.1:{port}");

        var finding = Assert.Single(findings.All());
        Assert.Equal(("port-not-open:toy", "pharos.yml"), (finding.Id, finding.Where));
        if (OperatingSystem.IsLinux()) Assert.Contains($"(process {Environment.ProcessId})", finding.Message, StringComparison.Ordinal);
        Assert.Empty(opened);

        time.Advance(PortsRoom.Pace / 2);
        Assert.Empty(opened);
        owner.Stop();
        time.Advance(PortsRoom.Pace / 2);
        await Eventually.HoldsAsync(() => findings.All().Count == 0, "the port is open and its finding gone");
        Assert.Equal("a doll", await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/doll"), Cancellation));
    }

    [Fact]
    public async Task A_loopback_port_takes_no_foreign_name_for_its_own()
    {
        await StartAsync();
        await ListenAsync("127.0.0.1:0");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{opened.Single().Url}/doll") { Headers = { Host = "evil.example" } };
        using var answer = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (room is not null) await room.DisposeAsync();
        if (web is not null) await web.DisposeAsync();
        if (access is not null) await access.DisposeAsync();
    }

    async Task StartAsync(WebConfig? config = null, RolesConfig? roles = null)
    {
        var options = new ServeOptions { Web = new() { Listen = [new("127.0.0.1", 0)] } };
        access = new(config ?? WebConfig.Default, roles ?? RolesConfig.Default);
        web = WebHost.Build(options, access);
        var doors = SomeDoors.On(web);
        doors.Map(Door.Read("/doll", "a doll") with { Port = Toy }, call => call.AnswerTextAsync("a doll"));
        doors.Map(Door.Push("/dolls", "takes dolls") with { Port = Toy }, call =>
        {
            pushed.Add(call.Context.User.Identity!.Name ?? "");
            return call.AnswerTextAsync("taken");
        });
        doors.Map(Door.Push("/keyed", "takes dolls by a key") with { Port = Toy, Right = Right.OwnKey }, call => call.AnswerTextAsync("taken"));
        doors.Map(Door.Read("/open", "for all") with { Port = Toy, Right = Right.Public }, call => call.AnswerTextAsync("seen"));
        doors.Map(Door.Read("/same", "a path that two have") with { Port = Toy }, call => call.AnswerTextAsync("the toys' same"));
        doors.Map(Door.Read("/same", "a path that two have"), call => call.AnswerTextAsync("the other same"));
        doors.Map(Door.Read("/other", "another API"), call => call.AnswerTextAsync("other"));
        doors.Map(Door.Text("/-/ready", "ready") with { Right = Right.Login, IsOnEveryPort = true }, call => call.AnswerTextAsync("ready"));
        doors.MapNothing(call => call.AnswerTextAsync(ArrivalPort.Of(call.Context) is null ? "nothing" : "404 page not found\n", 404));
        await web.StartAsync(Cancellation);
        room = new(
            async port =>
            {
                var server = await WebHost.OpenAsync(web.Services, options.Web, access, port);
                opened.Add(server);
                return server;
            },
            findings, time, NullLogger<PortsRoom>.Instance);
    }

    Task ListenAsync(string address)
    {
        Assert.True(ListenAddress.TryParse(address, out var parsed));
        return room!.TakeAsync(Configuration.Empty.With(new ListenConfig { Ports = [new(Toy, parsed)] }));
    }

    async Task<string> TellAsync(string url)
    {
        using var answer = await client.GetAsync(new Uri(url), Cancellation);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancellation)}";
    }

    async Task<HttpStatusCode> StatusAsync(HttpMethod method, string url, string? login)
    {
        using var request = new HttpRequestMessage(method, url);
        if (login is not null) request.Headers.Authorization = AuthenticationHeaderValue.Parse($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:correct horse"))}");
        using var answer = await client.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }
}
