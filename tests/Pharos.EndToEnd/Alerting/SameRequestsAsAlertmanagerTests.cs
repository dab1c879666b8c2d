using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Alerting;

/// <summary>One receiver of every kind that can be pointed at a server of ours: a real Alertmanager and Pharos must ask the same of it.</summary>
public sealed partial class SameRequestsAsAlertmanagerTests : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-requests-").FullName;
    readonly HttpListener services = new();
    readonly TcpListener mails = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource end = new();
    readonly ConcurrentQueue<Call> calls = new();
    readonly HttpClient http = new();

    sealed record Call(string Side, string Receiver, string Head, JsonNode? Body);

    [Fact]
    public async Task Every_service_is_asked_the_same()
    {
        Peers.Find("prometheus-alertmanager");
        var (servicePort, realPort, ownPort) = (PharosProcess.FreePort(), PharosProcess.FreePort(), PharosProcess.FreePort());
        services.Prefixes.Add($"http://127.0.0.1:{servicePort}/");
        services.Start();
        mails.Start();
        _ = Task.Run(ServeAsync);
        _ = Task.Run(ServeMailsAsync);
        foreach (var side in (string[])["real", "own"]) File.WriteAllText(Path.Combine(folder, $"{side}.yml"), Config($"http://127.0.0.1:{servicePort}/{side}", ((IPEndPoint)mails.LocalEndpoint).Port, side));
        await using var real = await Peers.StartAsync("prometheus-alertmanager", $"http://127.0.0.1:{realPort}/am/-/ready",
            [
                $"--config.file={folder}/real.yml", $"--storage.path={folder}/real-data", $"--web.listen-address=127.0.0.1:{realPort}", "--cluster.listen-address=", "--log.level=error",
                "--web.external-url=http://alerts.example.com/am",
            ]);
        await using var own = await PharosProcess.StartAsync(new($"http://127.0.0.1:{ownPort}/"), folder,
            [
                "serve", $"--config.file={folder}/own.yml", $"--storage.path={folder}/own-data", $"--web.listen-address=127.0.0.1:{ownPort}", "--cluster.listen-address=",
                "--web.external-url=http://alerts.example.com/am", "--web.route-prefix=/",
            ]);
        // The real one puts its doors below the path of its external address.
        string[] servers = [$"http://127.0.0.1:{realPort}/am", $"http://127.0.0.1:{ownPort}"];

        var start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        foreach (var server in servers) (await http.PostAsJsonAsync($"{server}/api/v2/alerts", Alerts(start, null))).EnsureSuccessStatusCode();
        await UntilSentAsync(expected => expected.Firing);
        foreach (var server in servers) (await http.PostAsJsonAsync($"{server}/api/v2/alerts", Alerts(start, start.AddSeconds(1)))).EnsureSuccessStatusCode();
        await UntilSentAsync(expected => expected.All);

        var faults = Receivers.SelectMany(receiver => Compare(receiver.Key, receiver.Value.All)).ToList();
        Assert.True(faults.Count == 0, $"{string.Join("\n\n", faults)}\n{own.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        services.Close();
        mails.Dispose();
        http.Dispose();
        end.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What is missing is told by receiver.</summary>
    Task UntilSentAsync(Func<(int Firing, int All), int> expected) => Eventually.HoldsAsync(
        () => Sides().All(count => count >= Receivers.Values.Sum(expected)),
        () => $"all is sent\n{string.Join("\n\n", Receivers.SelectMany(receiver => Compare(receiver.Key, expected(receiver.Value))))}");

    int[] Sides() => [calls.Count(call => call.Side == "real"), calls.Count(call => call.Side == "own")];

    IEnumerable<string> Compare(string receiver, int expected)
    {
        var (real, own) = (Of("real", receiver), Of("own", receiver));
        if (real.Count != expected || own.Count != expected) yield return $"{receiver}: {real.Count} requests of the real one, {own.Count} of ours";
        foreach (var (theirs, ours) in real.Zip(own))
        {
            if (receiver == "sns" && !theirs.Head.EndsWith("signed by AKIDEXAMPLE", StringComparison.Ordinal)) yield return $"the check of signatures refuses AWS's own library: {theirs.Head}";
            if (theirs.Head != ours.Head) yield return $"{receiver}: the requests differ\n  real {theirs.Head}\n  own  {ours.Head}";
            foreach (var (path, a, b) in Unequal("", theirs.Body, ours.Body)) yield return $"{receiver}{path}\n  real {a}\n  own  {b}";
        }
    }

    List<Call> Of(string side, string receiver) => [.. calls.Where(call => call.Side == side && call.Receiver == receiver)];

    static IEnumerable<(string Path, string Real, string Own)> Unequal(string path, JsonNode? real, JsonNode? own)
    {
        switch (real, own)
        {
            case (JsonObject a, JsonObject b):
                return a.Select(member => member.Key).Union(b.Select(member => member.Key)).SelectMany(key => Unequal($"{path}.{key}", a[key], b[key]));
            case (JsonArray a, JsonArray b) when a.Count == b.Count:
                return Enumerable.Range(0, a.Count).SelectMany(i => Unequal($"{path}[{i}]", a[i], b[i]));
            default:
                return JsonNode.DeepEquals(real, own) ? [] : [(path, real?.ToJsonString() ?? "nothing", own?.ToJsonString() ?? "nothing")];
        }
    }

    async Task ServeAsync()
    {
        while (services.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await services.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            var request = context.Request;
            var parts = request.Url!.AbsolutePath.Split('/', 4, StringSplitOptions.RemoveEmptyEntries);
            var login = parts[1] == "sns" ? StandInSns.Verify(request, body) : $"{request.Headers["Authorization"]}{request.Headers["X-Auth-Token"]}{request.Headers["X-User-Id"]}";
            var type = body.Length == 0 ? "" : request.ContentType?.Split(';')[0];
            calls.Enqueue(new(parts[0], parts[1], $"{request.HttpMethod} {string.Join('/', parts.Skip(1))}{request.Url.Query} {type} {login}", ToJson(type, body)));
            var isFirst = calls.Count(call => call.Side == parts[0] && call.Receiver == parts[1]) == 1;
            var answer = parts[1] switch
            {
                "slack" or "slack-blank" => "ok",
                "telegram" => """{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":-1001,"type":"group"}}}""",
                "rocketchat" => """{"success":true}""",
                "wechat" => """{"errcode":0,"access_token":"token","expires_in":7200}""",
                "sns" => "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
                "jira" or "jira3" when request.HttpMethod == "GET" => """{"transitions":[{"id":"11","name":"Begin"},{"id":"31","name":"Done"}]}""",
                "jira" or "jira3" when isFirst => """{"issues":[]}""",
                "jira" or "jira3" => """{"key":"OPS-1","issues":[{"key":"OPS-1","fields":{"status":{"name":"Open","statusCategory":{"key":"new"}}}}]}""",
                _ => """{"status":"success"}""",
            };
            context.Response.StatusCode = parts[1] is "pagerduty" or "pagerduty-blank" ? 202 : 200;
            context.Response.ContentType = answer[0] == '{' ? "application/json" : "text/plain";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
            context.Response.Close();
        }
    }

    static JsonNode? ToJson(string? type, string body) => type switch
    {
        "application/json" => JsonNode.Parse(body),
        "application/x-www-form-urlencoded" => new JsonObject(body.Split('&').Select(pair => pair.Split('=')).Select(pair => KeyValuePair.Create<string, JsonNode?>(pair[0], WebUtility.UrlDecode(pair[1])))),
        _ => null,
    };

    /// <summary>A mail server that offers nothing, insists on the order of the protocol and keeps what it is given.</summary>
    async Task ServeMailsAsync()
    {
        while (!end.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await mails.AcceptTcpClientAsync(end.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(() => TakeMailAsync(client));
        }
    }

    async Task TakeMailAsync(TcpClient client)
    {
        using var _ = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 mail.example.com");
        var (from, to) = ("", new List<string>());
        while (await reader.ReadLineAsync(end.Token) is { } line)
        {
            var command = line.Split(' ')[0].ToUpperInvariant();
            if (command == "MAIL") from = line;
            if (command == "RCPT") to.Add(line);
            if (command == "DATA" && from.Length > 0 && to.Count > 0)
            {
                await writer.WriteLineAsync("354 go on");
                var mail = new List<string>();
                while (await reader.ReadLineAsync(end.Token) is { } text && text != ".") mail.Add(text);
                calls.Enqueue(ToCall(from, to, mail));
            }
            await writer.WriteLineAsync(command switch { "EHLO" => "250 mail.example.com", "QUIT" => "221 bye", "HELO" or "MAIL" or "RCPT" or "DATA" => "250 ok", _ => "502 not here" });
            if (command == "QUIT") return;
        }
    }

    static Call ToCall(string from, List<string> to, List<string> mail)
    {
        var side = from.Contains("real@", StringComparison.Ordinal) ? "real" : "own";
        var headers = mail.TakeWhile(line => line.Length > 0).Where(line => line.StartsWith("Subject:", StringComparison.OrdinalIgnoreCase) || line.StartsWith("To:", StringComparison.OrdinalIgnoreCase));
        var plain = mail.SkipWhile(line => !line.StartsWith("Content-Type: text/plain", StringComparison.OrdinalIgnoreCase)).SkipWhile(line => line.Length > 0).Skip(1).TakeWhile(line => !line.StartsWith("--", StringComparison.Ordinal));
        // Soft line ends may lie anywhere.
        var text = string.Join('\n', plain).Replace("=\n", "", StringComparison.Ordinal).TrimEnd('\n');
        var body = new JsonObject { ["to"] = string.Join(' ', to), ["headers"] = string.Join('\n', headers.OrderBy(line => line, StringComparer.Ordinal)), ["text"] = text };
        return new(side, "mail", from.Replace($"{side}@", "SIDE@", StringComparison.Ordinal).Split('>')[0], body);
    }
}
