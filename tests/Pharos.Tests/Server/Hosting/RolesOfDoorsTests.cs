using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Pharos.Server.Access;
using Pharos.Server.Doors;
using Pharos.Tests.Server.Metrics.Api;
using Pharos.Tests.Server.Metrics.RemoteWrite;
using Snappier;

namespace Pharos.Tests.Server.Hosting;

/// <summary>Each door of the running server against each role: who may not is told so in the form of the API, and changes nothing.</summary>
public sealed class RolesOfDoorsTests(RolesOfDoorsTests.GuardedServer guarded) : IClassFixture<RolesOfDoorsTests.GuardedServer>
{
    const string Unlisted = "unlisted";
    const long T = 1_700_000_000_000;

    /// <summary>A server with a login for each role, called as the role, and one that has none.</summary>
    public sealed class GuardedServer : IAsyncLifetime
    {
        readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pharos-roles-");

        internal RunningServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var web = Path.Combine(folder.FullName, "web.yml");
            await File.WriteAllTextAsync(web, $"basic_auth_users:\n{string.Concat(Roles.Words.Append(Unlisted).Select(name => $"  {name}: $2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e\n"))}");
            Server = await RunningServer.StartAsync(
                options => options with { WebConfigFile = web }, pharosFile: $"access: {{users: {{{string.Join(", ", Roles.Words.Select(name => $"{name}: {name}"))}}}}}\n");
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    public static TheoryData<string> Logins => [.. Roles.Words, Unlisted];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    IEnumerable<Door> Doors => guarded.Server.Endpoints.Select(DoorTable.Of);

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task A_login_passes_exactly_where_its_role_may(string login)
    {
        var role = login == Unlisted ? Role.Admin : Roles.Find(login)!.Value;
        var faults = new List<string>();
        foreach (var door in Doors)
        {
            foreach (var method in door.TakesAll ? ["GET"] : door.Methods)
            {
                using var answer = await AskAsync(door, method, login);
                var isRefused = (int)answer.StatusCode == 403 && (method == "HEAD" || (await answer.Content.ReadAsStringAsync(Cancellation)).Contains("which lacks the right", StringComparison.Ordinal));
                if (isRefused == role.May(door.Right)) faults.Add($"{method} {door.Path} needs {door.Right} and is {(int)answer.StatusCode} for {login}");
                if (isRefused && method != "HEAD" && await FormFaultAsync(answer, door, "forbidden") is { } fault) faults.Add($"{method} {door.Path}: {fault}");
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Without_a_login_nothing_is_told_not_even_what_there_is()
    {
        var faults = new List<string>();
        foreach (var door in Doors)
        {
            foreach (var method in door.TakesAll ? ["GET", "POST", "DELETE", "OPTIONS"] : door.Methods.Append("PATCH"))
            {
                using var answer = await AskAsync(door, method, login: null);
                if ((int)answer.StatusCode != 401 || answer.Headers.WwwAuthenticate.ToString() != "Basic") faults.Add($"{method} {door.Path} is {(int)answer.StatusCode}");
                else if (method is "GET" or "POST" && door.Methods.Contains(method) && await FormFaultAsync(answer, door, "unauthorized") is { } fault) faults.Add($"{method} {door.Path}: {fault}");
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Of_what_is_refused_no_body_is_read()
    {
        foreach (var door in Doors.Where(door => door.Methods.Contains("POST")))
        {
            var login = door.Right == Right.Push ? "viewer" : "ingest";
            using var client = await RawClient.SendAsync(
                guarded.Server.Address, $"POST {DoorAddress.Of(door)} HTTP/1.1\r\nAuthorization: {Basic(login)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\nExpect: 100-continue");

            Assert.StartsWith("HTTP/1.1 403", await client.ReadAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_refused_changes_nothing()
    {
        var sample = Snappy.CompressToArray(SomeRequest.V1(("__name__=kept", [(T, 1)])));
        Assert.Equal(204, await SendAsync("ingest", HttpMethod.Post, "/api/v1/write", new ByteArrayContent(sample) { Headers = { ContentType = new("application/x-protobuf"), ContentEncoding = { "snappy" } } }));
        var refused = Snappy.CompressToArray(SomeRequest.V1(("__name__=refused", [(T, 1)])));
        var silence = new { matchers = new[] { new { name = "a", value = "b", isRegex = false } }, startsAt = "2026-01-01T00:00:00Z", endsAt = "2096-01-01T00:00:00Z", createdBy = "me", comment = "x" };

        Assert.Equal(403, await SendAsync("viewer", HttpMethod.Post, "/api/v1/write", new ByteArrayContent(refused) { Headers = { ContentType = new("application/x-protobuf"), ContentEncoding = { "snappy" } } }));
        Assert.Equal(403, await SendAsync("viewer", HttpMethod.Post, "/api/v2/silences", JsonContent.Create(silence)));
        Assert.Equal(403, await SendAsync("operator", HttpMethod.Post, "/api/v2/alerts", JsonContent.Create(new[] { new { labels = new { alertname = "X" } } })));
        Assert.Equal(403, await SendAsync("editor", HttpMethod.Post, "/api/v1/admin/tsdb/delete_series?match[]=kept"));
        Assert.Equal(403, await SendAsync("ingest", HttpMethod.Post, "/-/reload"));

        Assert.Equal("[]", await GetAsync("viewer", "/api/v2/silences"));
        Assert.Equal("[]", await GetAsync("viewer", "/api/v2/alerts"));
        Assert.DoesNotContain("refused", await GetAsync("viewer", "/api/v1/label/__name__/values"), StringComparison.Ordinal);
        Assert.Contains("\"kept\"", await GetAsync("viewer", $"/api/v1/query?query=kept&time={T / 1000}"), StringComparison.Ordinal);
    }

    /// <summary>Null: the refusal is in the form of the door.</summary>
    static async Task<string?> FormFaultAsync(HttpResponseMessage answer, Door door, string word)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        var kind = answer.Content.Headers.ContentType?.MediaType;
        var isRight = door.Faults switch
        {
            FaultFormat.Prometheus => kind == "application/json" && JsonDocument.Parse(text).RootElement is var root && root.GetProperty("status").GetString() == "error" && root.GetProperty("errorType").GetString() == word,
            FaultFormat.Alertmanager => kind == "application/json" && JsonDocument.Parse(text).RootElement.ValueKind == JsonValueKind.String,
            _ => kind == "text/plain" && text.EndsWith('\n') && !text.StartsWith('{'),
        };
        return isRight ? null : $"{kind} {text}";
    }

    static string Basic(string login) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:correct horse"))}";

    Task<HttpResponseMessage> AskAsync(Door door, string method, string? login)
    {
        var request = new HttpRequestMessage(new(method), DoorAddress.Of(door));
        if (login is not null) request.Headers.Authorization = AuthenticationHeaderValue.Parse(Basic(login));
        return guarded.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    async Task<int> SendAsync(string login, HttpMethod method, string address, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content, Headers = { Authorization = AuthenticationHeaderValue.Parse(Basic(login)) } };
        using var answer = await guarded.Server.Client.SendAsync(request, Cancellation);
        return (int)answer.StatusCode;
    }

    async Task<string> GetAsync(string login, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = AuthenticationHeaderValue.Parse(Basic(login)) } };
        using var answer = await guarded.Server.Client.SendAsync(request, Cancellation);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }
}
