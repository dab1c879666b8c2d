using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Discovery;
using Pharos.Server.Discovery.Dns;
using Pharos.Tests.AspNetCore;
using Pharos.Tests.Server.Metrics.Scraping;

namespace Pharos.Tests.Server.Discovery;

public sealed class DiscoveryTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-sd-").FullName;
    IReadOnlyList<TargetGroup> groups = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Files_are_read_again_when_they_change_and_keep_their_targets_while_broken()
    {
        Write("a.json", """[{"targets": ["x:1", "x:2"], "labels": {"env": "prod"}}]""");
        Write("b.yml", "- targets: [y:1]\n");
        await using var discovery = Start(new() { Files = [new() { Files = [Path.Combine(folder, "*.json"), Path.Combine(folder, "b.yml")], RefreshInterval = TimeSpan.FromMilliseconds(300) }] });
        await UntilAsync("x:1 x:2 y:1");
        Assert.Equal($"{{__meta_filepath=\"{folder}/a.json\", env=\"prod\"}}", groups[0].Labels.ToString());

        Write("b.yml", "- targets: [y:2]\n  labels: {a: 1}\n");
        await UntilAsync("x:1 x:2 y:2");

        Write("b.yml", "- targets: [y:3\n");
        Write("c.json", """[{"targets": ["z:1"]}]""");
        await UntilAsync("x:1 x:2 z:1 y:2");

        File.Delete(Path.Combine(folder, "a.json"));
        await UntilAsync("z:1 y:2");
    }

    [Fact]
    public async Task An_address_is_asked_for_targets_and_keeps_them_while_it_fails()
    {
        var answer = """[{"targets": ["x:1"], "labels": {"__meta_datacenter": "london"}}]""";
        var refresh = "";
        var refused = 0;
        await using var server = await LocalServer.StartAsync(context =>
        {
            refresh = context.Request.Headers["X-Prometheus-Refresh-Interval-Seconds"].ToString();
            if (answer.Length == 0) Interlocked.Increment(ref refused);
            context.Response.StatusCode = answer.Length == 0 ? 500 : 200;
            context.Response.ContentType = "application/json; charset=utf-8";
            return context.Response.WriteAsync(answer);
        });
        await using var discovery = Start(new() { Http = [new() { Url = new($"http://{server.Address}/sd"), RefreshInterval = TimeSpan.FromMilliseconds(200) }] });
        await UntilAsync("x:1");
        Assert.Equal($"{{__meta_datacenter=\"london\", __meta_url=\"http://{server.Address}/sd\"}}", groups[0].Labels.ToString());
        Assert.Equal("0.2", refresh);

        answer = "";
        await Eventually.HoldsAsync(() => Volatile.Read(ref refused) >= 2, "what the first refusal led to is over when the second comes");
        Assert.Equal("x:1", Addresses());

        answer = """[{"targets": ["x:2"]}, {"targets": ["x:3"]}]""";
        await UntilAsync("x:2 x:3");
    }

    [Fact]
    public async Task A_login_in_the_address_is_sent_but_shown_nowhere()
    {
        string? sent = null;
        var isBroken = false;
        await using var server = await LocalServer.StartAsync(context =>
        {
            sent = context.Request.Headers.Authorization;
            context.Response.StatusCode = isBroken ? 500 : 200;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""[{"targets": ["x:1"]}]""");
        });
        using var log = new KeptLog();
        await using var discovery = new DiscoverySet("job", new() { Http = [new() { Url = new($"http://me:hidden@{server.Address}/sd"), RefreshInterval = TimeSpan.FromMilliseconds(100) }] }, TimeProvider.System, log, found => groups = found);
        discovery.Start();
        await UntilAsync("x:1");
        Assert.Equal($"Basic {Convert.ToBase64String("me:hidden"u8)}", sent);
        Assert.Equal(($"{{__meta_url=\"http://{server.Address}/sd\"}}", $"http://{server.Address}/sd:0"), (groups[0].Labels.ToString(), groups[0].Source));

        isBroken = true;
        await Eventually.HoldsAsync(() => log.Lines.Count > 0, "the failure is logged");
        Assert.All(log.Lines, line => Assert.DoesNotContain("hidden", line, StringComparison.Ordinal));
        Assert.All(log.Lines, line => Assert.Contains($"http://{server.Address}/sd failed", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"targets": []}""", "the text: expected a list")]
    [InlineData("""[{"targets": [1]}]""", "group 0.targets: expected a text, found 1")]
    [InlineData("""[{"targets": ["a"], "label": {}}]""", "group 0: unknown key \"label\"; a group has \"targets\" and \"labels\"")]
    [InlineData("""[{"labels": {"a": 1}}]""", "group 0.labels.a: expected a text, found 1")]
    [InlineData("""[[]]""", "group 0: expected an object with \"targets\" and \"labels\"")]
    public void Wrong_JSON_is_told(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => TargetGroupText.ReadJson(System.Text.Encoding.UTF8.GetBytes(text), "s", LabelSet.Empty)).Message);

    [Theory]
    [InlineData("a: 1", "line 1, column 1: expected a list of groups")]
    [InlineData("- targets: x", "line 1, column 12: targets: expected a list of addresses")]
    [InlineData("- targets: [a]\n  label: {}", "line 2, column 3: unknown key \"label\"; a group has \"targets\" and \"labels\"")]
    public void Wrong_YAML_is_told_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => TargetGroupText.ReadYaml(text, "s", LabelSet.Empty)).Message);

    [Fact]
    public async Task Records_are_asked_by_UDP_and_by_TCP_when_the_answer_is_cut()
    {
        var (udp, tcp) = FakeNameServer.OnePort();
        using var _1 = udp;
        using var _2 = tcp;
        var port = ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
        var cut = Task.Run(async () =>
        {
            var question = await udp.ReceiveAsync();
            await udp.SendAsync(Answer(question.Buffer, cut: true), question.RemoteEndPoint);
        });
        var whole = Task.Run(async () =>
        {
            using var connection = await tcp.AcceptTcpClientAsync();
            var stream = connection.GetStream();
            var length = new byte[2];
            await stream.ReadExactlyAsync(length);
            var question = new byte[(length[0] << 8) | length[1]];
            await stream.ReadExactlyAsync(question);
            var answer = Answer(question, cut: false);
            await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer]);
        });
        var lookup = new DnsLookup([new(IPAddress.Loopback, port)], [], 1);
        var discoverer = new DnsDiscoverer(new() { Names = ["_http._tcp.test."], Kind = DnsRecordKind.Srv }, lookup, TimeProvider.System, new(NullLogger.Instance, "j"));

        var found = Assert.Single(await discoverer.LookAsync(TestContext.Current.CancellationToken));
        await Task.WhenAll(cut, whole);

        Assert.Equal(
            "{__address__=\"a.test:8080\", __meta_dns_name=\"_http._tcp.test.\", __meta_dns_srv_record_port=\"8080\", __meta_dns_srv_record_target=\"a.test.\"}",
            Assert.Single(found.Targets).ToString());

        static byte[] Answer(byte[] question, bool cut)
        {
            var name = question.AsSpan(12, question.AsSpan(12).IndexOf((byte)0) + 1).ToArray();
            byte[] header = [question[0], question[1], (byte)(0x81 | (cut ? 2 : 0)), 0x80, 0, 1, 0, (byte)(cut ? 0 : 1), 0, 0, 0, 0];
            byte[] asked = [.. name, 0, 33, 0, 1];
            if (cut) return [.. header, .. asked];
            byte[] target = [1, (byte)'a', 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0];
            return [.. header, .. asked, 0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, (byte)(6 + target.Length), 0, 0, 0, 0, 0x1f, 0x90, .. target];
        }
    }

    DiscoverySet Start(DiscoveryConfig config)
    {
        var discovery = new DiscoverySet("j", config, TimeProvider.System, NullLogger.Instance, found => groups = found);
        discovery.Start();
        return discovery;
    }

    /// <summary>Replaces the file in one step: one that is written in place may be read while it is empty, and then it names no targets.</summary>
    void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    string Addresses() => string.Join(' ', groups.SelectMany(group => group.Targets).Select(target => target[TargetGroup.Address]));

    Task UntilAsync(string addresses) => Eventually.HoldsAsync(() => Addresses() == addresses, $"the targets are {addresses}");
}
