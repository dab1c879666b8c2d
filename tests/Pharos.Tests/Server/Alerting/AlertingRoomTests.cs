using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Diagnostics;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Series;
using Pharos.Tests.Server.Notifying;
using Pharos.Tests.Server.Rooms;

namespace Pharos.Tests.Server.Alerting;

/// <summary>The room against receivers of our own, over real sockets on the loopback.</summary>
public sealed class AlertingRoomTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-alerting-").FullName;
    readonly FindingBook findings = new(TimeProvider.System);

    [Fact]
    public async Task Alerts_arrive_as_the_API_v2_wants_them_with_external_labels_and_relabelling()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var room = Room();
        await room.TakeAsync(Configuration.Empty
            .With(new SeriesConfig { ExternalLabels = LabelSet.From(("region", "eu"), ("job", "outer")) })
            .With(Alerting(receiver.Address, "/am") with
            {
                AlertRelabelConfigs = [new() { Action = RelabelAction.LabelDrop, Regex = Re2.CompileAnchored("replica") }],
            }));

        room.Send([Alert("HighLoad", ("job", "api"), ("replica", "a"))]);
        var (path, body) = await receiver.NextAsync();

        Assert.Equal("/am/api/v2/alerts", path);
        var alert = JsonDocument.Parse(body).RootElement[0];
        Assert.Equal("""{"alertname":"HighLoad","job":"api","region":"eu"}""", alert.GetProperty("labels").GetRawText());
        Assert.Equal("""{"summary":"it is high"}""", alert.GetProperty("annotations").GetRawText());
        Assert.Equal("1970-01-01T00:00:01.000Z", alert.GetProperty("startsAt").GetString());
        Assert.Equal("1970-01-01T00:01:00.500Z", alert.GetProperty("endsAt").GetString());
        Assert.Equal("http://pharos/graph?g0.expr=up", alert.GetProperty("generatorURL").GetString());
    }

    [Fact]
    public async Task A_receiver_that_fails_gets_the_alerts_again()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers.Enqueue(503);
        await using var room = Room();
        await room.TakeAsync(Config(receiver.Address));

        room.Send([Alert("A")]);
        var first = await receiver.NextAsync();
        var second = await receiver.NextAsync();

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task What_a_receiver_refuses_as_wrong_is_not_sent_again()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers.Enqueue(400);
        await using var room = Room();
        await room.TakeAsync(Config(receiver.Address));

        room.Send([Alert("A")]);
        await receiver.NextAsync();
        room.Send([Alert("B")]);

        Assert.Contains("\"B\"", (await receiver.NextAsync()).Body);
    }

    [Fact]
    public async Task A_receiver_that_is_down_does_not_hold_up_another()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var room = Room();
        await room.TakeAsync(Configuration.Empty.With(new AlertingConfig { Alertmanagers = [Section("127.0.0.1:1"), Section(receiver.Address)] }));

        room.Send([Alert("A")]);

        Assert.Contains("\"A\"", (await receiver.NextAsync()).Body);
        Assert.Equal(2, room.Alertmanagers().Active.Count);
    }

    [Fact]
    public async Task Relabelling_of_a_section_takes_receivers_out_and_they_are_shown_as_dropped()
    {
        await using var room = Room();
        await room.TakeAsync(Configuration.Empty.With(new AlertingConfig
        {
            Alertmanagers =
            [
                Section("127.0.0.1:1", "127.0.0.1:2") with
                {
                    RelabelConfigs = [new() { Action = RelabelAction.Drop, SourceLabels = ["__address__"], Regex = Re2.CompileAnchored(".*:2") }],
                },
            ],
        }));

        var snapshot = room.Alertmanagers();

        Assert.Equal(["http://127.0.0.1:1/api/v2/alerts"], snapshot.Active.Select(url => url.ToString()));
        Assert.Equal(["http://127.0.0.1:2/api/v2/alerts"], snapshot.Dropped.Select(url => url.ToString()));
    }

    [Fact]
    public async Task An_Alertmanager_that_cannot_be_reached_is_told_with_who_delivers_instead()
    {
        await using var room = Room();
        var file = AlertmanagerFiles.Good("{route: {receiver: team}, receivers: [{name: team}]}");

        await room.TakeAsync(Config("127.0.0.1:1").With(file));

        await Eventually.HoldsAsync(() => findings.All().Any(finding => finding.Where == "alerting"), "there is a finding");
        var told = Assert.Single(findings.All(), finding => finding.Where == "alerting");
        Assert.Equal(Severity.Warning, told.Severity);
        Assert.StartsWith("http://127.0.0.1:1/api/v2/alerts cannot be reached (Connection refused (127.0.0.1:1)), so that no alerts are posted to it; the routes of ", told.Message, StringComparison.Ordinal);
        await room.TakeAsync(Configuration.Empty.With(file));
        Assert.DoesNotContain(findings.All(), finding => finding.Where == "alerting");
    }

    [Fact]
    public async Task An_Alertmanager_that_takes_no_alerts_is_told()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers.Enqueue(400);
        await using var room = Room();
        await room.TakeAsync(Config(receiver.Address));

        room.Send([Alert("A")]);

        await Eventually.HoldsAsync(() => findings.All().Any(finding => finding.Severity == Severity.Error && finding.Message.StartsWith($"http://{receiver.Address}/api/v2/alerts gets no alerts: it answered 400", StringComparison.Ordinal)), "the answer is a finding");
        room.Send([Alert("B")]);
        await Eventually.HoldsAsync(() => findings.All().Count == 0, "the finding is gone");
    }

    [Fact]
    public async Task What_waits_when_the_server_ends_is_sent_in_a_last_try()
    {
        await using var receiver = await Receiver.StartAsync();
        var room = Room();
        await room.TakeAsync(Config(receiver.Address));

        room.Send([Alert("Last")]);
        await room.DisposeAsync();

        Assert.Contains("\"Last\"", (await receiver.NextAsync()).Body);
    }

    [Fact]
    public async Task A_section_that_did_not_change_keeps_its_receivers_over_a_reload()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var room = Room();
        await room.TakeAsync(Config(receiver.Address));
        await room.TakeAsync(Config(receiver.Address));

        room.Send([Alert("A")]);

        Assert.Contains("\"A\"", (await receiver.NextAsync()).Body);
        await room.TakeAsync(Configuration.Empty);
        Assert.Empty(room.Alertmanagers().Active);
    }

    [Fact]
    public async Task What_is_made_ready_and_not_taken_changes_no_way_of_alerts()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var room = Room();
        await room.TakeAsync(Config(receiver.Address));

        await room.ThrowAwayAsync(Config("127.0.0.1:1").With(new SeriesConfig { ExternalLabels = LabelSet.From(("region", "eu")) }));
        room.Send([Alert("A")]);

        Assert.Equal($"http://{receiver.Address}/api/v2/alerts", Assert.Single(room.Alertmanagers().Active).ToString());
        Assert.DoesNotContain("region", (await receiver.NextAsync()).Body, StringComparison.Ordinal);
        Assert.Empty(findings.All());
    }

    [Fact]
    public async Task Alerts_that_could_not_be_taken_are_a_finding_until_others_are()
    {
        await using var room = Room();
        await room.TakeAsync(Configuration.Empty);

        room.Send([Alert("Broken") with { Annotations = null! }]); // What no rule makes.
        await Eventually.HoldsAsync(() => findings.All().Any(IsAboutAlerts), "the fault is told");
        room.Send([Alert("Good")]);
        await Eventually.HoldsAsync(() => !findings.All().Any(IsAboutAlerts), "it is over");

        static bool IsAboutAlerts(Finding finding) => finding is { Severity: Severity.Error, Where: "alerting" } && finding.Message.Contains("alerts", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_that_fails_is_a_finding_and_in_the_ledger_and_the_alert_is_told_all_the_same()
    {
        using var service = FakeService.Answering(200, "ok");
        var file = AlertmanagerFiles.Good($$$"""
            route: {receiver: pager, group_wait: 0s, group_interval: 200ms}
            receivers: [{name: pager, slack_configs: [{api_url: '{{{service.Url}}}', channel: x, title: 'Mine', text: '{{ (index .Alerts 5).Labels.team }}'}]}]
            """) with { Path = "/x/alertmanager.yml" };
        await using var room = Room();
        await room.TakeAsync(Configuration.Empty.With(file));

        room.Send([Alert("DiskFull") with { StartsAtMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), EndsAtMs = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds() }]);

        await Eventually.HoldsAsync(() => findings.All().Any(IsAboutTemplate), "the failing template is told");
        Assert.Contains("\"title\":\"Mine\"", Assert.Single(service.Requests).Body, StringComparison.Ordinal);
        await room.TakeAsync(Configuration.Empty);
        await Eventually.HoldsAsync(() => !findings.All().Any(IsAboutTemplate), "another configuration is no longer blamed");

        static bool IsAboutTemplate(Finding finding) =>
            finding is { Severity: Severity.Error } && finding.Message.StartsWith("templates of slack[0] of receiver pager failed at ", StringComparison.Ordinal)
            && finding.Message.Contains("text: template: :1:", StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    AlertRooms Room() => new(folder, findings, TimeProvider.System);

    static Configuration Config(string address, string prefix = "") => Configuration.Empty.With(Alerting(address, prefix));

    static AlertingConfig Alerting(string address, string prefix = "") => new() { Alertmanagers = [Section(address) with { PathPrefix = prefix }] };

    static AlertmanagerConfig Section(params string[] addresses) => new() { Discovery = new() { Static = [new(addresses, LabelSet.Empty)] } };

    static Alert Alert(string name, params (string, string)[] labels) =>
        new(LabelSet.From([("alertname", name), .. labels]), LabelSet.From(("summary", "it is high")), 1_000, 60_500, "http://pharos/graph?g0.expr=up");

    /// <summary>A small HTTP server that keeps what it is sent and answers as told.</summary>
    sealed class Receiver : IAsyncDisposable
    {
        readonly System.Threading.Channels.Channel<(string Path, string Body)> got = System.Threading.Channels.Channel.CreateUnbounded<(string, string)>();
        readonly WebApplication web;

        Receiver(WebApplication web) => this.web = web;

        public System.Collections.Concurrent.ConcurrentQueue<int> Answers { get; } = new();

        public string Address => new Uri(web.Urls.First()).Authority;

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            builder.Logging.ClearProviders();
            var receiver = new Receiver(builder.Build());
            receiver.web.Run(receiver.AnswerAsync);
            await receiver.web.StartAsync();
            return receiver;
        }

        public async Task<(string Path, string Body)> NextAsync()
        {
            using var patience = Patience.Begin();
            return await got.Reader.ReadAsync(patience.Token);
        }

        public async ValueTask DisposeAsync() => await web.DisposeAsync();

        async Task AnswerAsync(HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            context.Response.StatusCode = Answers.TryDequeue(out var status) ? status : 200;
            got.Writer.TryWrite((context.Request.Path, body));
        }
    }
}
