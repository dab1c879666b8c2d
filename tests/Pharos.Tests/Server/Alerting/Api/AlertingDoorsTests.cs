using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Labels;
using Pharos.Server.Alerting;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Findings;
using Pharos.Server.Notifying;
using Pharos.Tests.Server.Doors;
using Pharos.Tests.Server.Rooms;

namespace Pharos.Tests.Server.Alerting.Api;

/// <summary>The doors below <c>/api/v1/alerting</c>, asked over HTTP, with services that are told what to answer.</summary>
public sealed class AlertingDoorsTests : IAsyncDisposable
{
    const string Tree = """
        route:
          receiver: all
          group_by: [ alertname, cluster ]
          group_wait: 10ms
          routes:
            - matchers: [ 'severity="critical"' ]
              receiver: pager
              continue: true
              group_by: [ '...' ]
            - { matchers: [ 'team=~"db|web"' ], receiver: chat, repeat_interval: 12h, mute_time_intervals: [ always ] }
        time_intervals:
          - { name: always, time_intervals: [ { weekdays: [ 'sunday:saturday' ] } ] }
          - { name: never, time_intervals: [ { years: [ '1999' ] } ] }
        inhibit_rules:
          - { source_matchers: [ alertname="Root" ], target_matchers: [ severity="critical" ], equal: [ cluster ] }
        receivers: [ { name: all }, { name: pager }, { name: chat }, { name: spare } ]
        """;

    readonly string folder = Directory.CreateTempSubdirectory("pharos-doors-").FullName;
    readonly HttpClient http = new();
    AlertRooms? room;
    WebApplication? web;

    [Fact]
    public async Task The_tree_tells_what_each_route_inherits_and_what_mutes_it_now()
    {
        await StartAsync(AlertmanagerFiles.Good(Tree));

        var tree = await GetAsync("routes");

        Assert.True(tree.GetProperty("isConfigured").GetBoolean());
        var root = tree.GetProperty("route");
        Assert.Equal("""{"id":"0","line":2,"matchers":[],"continue":false,"receiver":"all","groupBy":["alertname","cluster"],"groupWait":0.01,"groupInterval":300,"repeatInterval":14400,"mutedBy":[],"muteTimeIntervals":[],"activeTimeIntervals":[]""", Until(root, ",\"routes\""));
        var pager = root.GetProperty("routes")[0];
        Assert.Equal("""{"id":"0/0","line":6,"matchers":["severity=\"critical\""],"continue":true,"receiver":"pager","groupBy":["..."],"groupWait":0.01""", Until(pager, ",\"groupInterval\""));
        var chat = root.GetProperty("routes")[1];
        Assert.Equal("""["alertname","cluster"]""", chat.GetProperty("groupBy").GetRawText());
        Assert.Equal(43_200, chat.GetProperty("repeatInterval").GetDouble());
        Assert.Equal("""["always"]""", chat.GetProperty("mutedBy").GetRawText());
        Assert.Equal("""[{"name":"always","isActive":true},{"name":"never","isActive":false}]""", tree.GetProperty("timeIntervals").GetRawText());
    }

    [Theory]
    [InlineData("""alertname="X", severity="critical", team="db" """)]
    [InlineData("""{alertname="X",severity="critical",team="db"}""")]
    [InlineData("""{"alertname": "X", "severity": "critical", "team": "db"}""")]
    public async Task Labels_take_every_route_that_continues_in_whatever_form_they_are_written(string labels)
    {
        await StartAsync(AlertmanagerFiles.Good(Tree));

        var test = await GetAsync($"routes/test?labels={Uri.EscapeDataString(labels)}");

        Assert.Equal("""{"alertname":"X","severity":"critical","team":"db"}""", test.GetProperty("labels").GetRawText());
        var ways = test.GetProperty("ways");
        Assert.Equal("""{"route":"0/0","path":["0","0/0"],"groupLabels":{"alertname":"X","severity":"critical","team":"db"},"receiver":"pager","groupBy":["..."]""", Until(ways[0], ",\"groupWait\""));
        Assert.Equal("""{"route":"0/1","path":["0","0/1"],"groupLabels":{"alertname":"X"},"receiver":"chat","groupBy":["alertname","cluster"]""", Until(ways[1], ",\"groupWait\""));
        Assert.Equal("""["always"]""", ways[1].GetProperty("mutedBy").GetRawText());
        Assert.Equal(2, ways.GetArrayLength());
    }

    [Fact]
    public async Task Labels_that_are_silenced_or_inhibited_now_say_so()
    {
        await StartAsync(AlertmanagerFiles.Good(Tree));
        await PostAsync(("alertname", "Root"), ("cluster", "a"));
        var silence = await http.PostAsJsonAsync("api/v2/silences", new
        {
            matchers = new[] { new { name = "cluster", value = "a", isRegex = false, isEqual = true } },
            startsAt = DateTimeOffset.UtcNow.AddSeconds(-5), endsAt = DateTimeOffset.UtcNow.AddHours(1), createdBy = "mira", comment = "c",
        });
        var id = (await silence.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("silenceID").GetString();

        var test = await GetAsync("routes/test?labels=severity%3Dcritical,cluster%3Da");
        var other = await GetAsync("routes/test?labels=severity%3Dcritical,cluster%3Db");

        Assert.Equal($"[\"{id}\"]", test.GetProperty("silencedBy").GetRawText());
        Assert.Equal(1, test.GetProperty("inhibitedBy").GetArrayLength());
        Assert.Equal("[] []", $"{other.GetProperty("silencedBy")} {other.GetProperty("inhibitedBy")}");
    }

    [Theory]
    [InlineData("", "invalid parameter \"labels\": is missing; write the labels of an alert, such as alertname=\"DiskFull\", severity=\"critical\"")]
    [InlineData("severity!=\"x\"", "invalid parameter \"labels\": severity!=\"x\" is no label; an alert has each label with one value, so write =")]
    [InlineData("a=1,a=2", "invalid parameter \"labels\": \"a\" is written twice")]
    [InlineData("{\"a\": 1}", "invalid parameter \"labels\": the value of \"a\" is no text; write it in quotes")]
    public async Task Labels_that_are_none_are_refused(string labels, string message)
    {
        await StartAsync(AlertmanagerFiles.Good(Tree));

        Assert.Equal((HttpStatusCode.BadRequest, "bad_data", message), await RefusedAsync($"routes/test?labels={Uri.EscapeDataString(labels)}"));
    }

    [Fact]
    public async Task Without_a_file_the_tree_says_so_and_there_is_no_way_to_test()
    {
        await StartAsync(null);

        var tree = await GetAsync("routes");

        Assert.Equal("""{"isConfigured":false,"route":null,"timeIntervals":[]}""", tree.GetRawText());
        Assert.Equal(HttpStatusCode.NotFound, (await RefusedAsync("routes/test?labels=a%3Db")).Status);
        Assert.False((await GetAsync("receivers")).GetProperty("isConfigured").GetBoolean());
    }

    [Fact]
    public async Task Receivers_tell_how_each_integration_stands_and_a_test_is_their_proof()
    {
        var answers = new Dictionary<string, NotifyResult> { ["good"] = NotifyResult.Sent(200), ["bad"] = NotifyResult.Failed("the key was withdrawn", 403) };
        await StartAsync(WithIntegrations(answers, ("all", ["good", "bad"]), ("pager", ["good"]), ("chat", ["unset"])));

        var before = (await GetAsync("receivers")).GetProperty("receivers");
        using var answer = await http.PostAsync("api/v1/alerting/receivers/all/test", null);
        var test = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
        await http.PostAsync("api/v1/alerting/receivers/pager/test", null);
        var after = (await GetAsync("receivers")).GetProperty("receivers").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!);

        Assert.Equal("""{"name":"bad","index":0,"sendResolved":true,"state":"untried","sent":0,"failed":0}""", before[0].GetProperty("integrations")[1].GetRawText());
        Assert.False(before[0].TryGetProperty("lastProof", out _));
        var results = test.GetProperty("results").EnumerateArray().ToDictionary(one => one.GetProperty("integration").GetString()!);
        Assert.Equal("""{"integration":"good","index":0,"isOk":true,"status":200""", Until(results["good"], ",\"duration\""));
        Assert.Equal("{\"integration\":\"bad\",\"index\":0,\"isOk\":false,\"status\":403,\"reason\":\"the key was withdrawn\"", Until(results["bad"], ",\"duration\""));
        Assert.Equal(["ok", "failing"], after["all"].GetProperty("integrations").EnumerateArray().Select(one => one.GetProperty("state").GetString()!));
        Assert.Equal("the key was withdrawn", after["all"].GetProperty("integrations")[1].GetProperty("reason").GetString());
        Assert.Equal("unable", after["chat"].GetProperty("integrations")[0].GetProperty("state").GetString());
        Assert.Equal("test False", $"{after["all"].GetProperty("lastProof").GetProperty("kind")} {after["all"].GetProperty("lastProof").GetProperty("isOk")}");
        Assert.True(after["pager"].GetProperty("lastProof").GetProperty("isOk").GetBoolean());
        Assert.False(after["spare"].GetProperty("isUsed").GetBoolean());
        Assert.True(after["pager"].GetProperty("isUsed").GetBoolean());
    }

    [Fact]
    public async Task A_test_of_a_receiver_that_is_not_there_is_refused()
    {
        await StartAsync(AlertmanagerFiles.Good(Tree));

        using var answer = await http.PostAsync("api/v1/alerting/receivers/nobody%20knows/test", null);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("there is no receiver \"nobody knows\"; there are: all, pager, chat, spare", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task The_ledger_tells_steps_newest_first_by_alert_receiver_and_time()
    {
        await StartAsync(WithIntegrations(new() { ["good"] = NotifyResult.Sent(200) }, ("pager", ["good"])));
        await PostAsync(("alertname", "Disk"), ("severity", "critical"));
        await PostAsync(("alertname", "Other"));

        var rows = await RowsAsync("filter=alertname%3DDisk", rows => rows.Any(row => row.GetProperty("step").GetString() == "attempt"));

        Assert.Equal(["attempt", "group", "received"], rows.Select(row => row.GetProperty("step").GetString()!));
        Assert.Equal("ok 200 pager good[0]", $"{rows[0].GetProperty("outcome")} {rows[0].GetProperty("status")} {rows[0].GetProperty("receiver")} {rows[0].GetProperty("integration")}");
        Assert.Equal("""{"alertname":"Disk","severity":"critical"}""", rows[2].GetProperty("labels").GetRawText());
        Assert.Equal(["all"], (await RowsAsync("receiver=all", rows => rows.Count > 0)).Select(row => row.GetProperty("receiver").GetString()!).Distinct());
        Assert.Empty((await GetAsync("ledger?start=0&end=1000")).GetProperty("rows").EnumerateArray());
        var cut = await GetAsync("ledger?limit=1");
        Assert.Equal("1 True", $"{cut.GetProperty("rows").GetArrayLength()} {cut.GetProperty("isCut")}");
    }

    [Theory]
    [InlineData("filter=a%3D%22", "invalid parameter \"filter\": ")]
    [InlineData("start=x", "invalid parameter \"start\": ")]
    [InlineData("start=20&end=10", "invalid parameter \"start\": start must not be after end")]
    [InlineData("limit=-1", "invalid parameter \"limit\": limit must be non-negative")]
    public async Task A_question_to_the_ledger_that_cannot_be_read_is_refused(string question, string message)
    {
        await StartAsync(AlertmanagerFiles.Good(Tree));

        var (status, kind, text) = await RefusedAsync($"ledger?{question}");

        Assert.Equal((HttpStatusCode.BadRequest, "bad_data"), (status, kind));
        Assert.StartsWith(message, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_answers_with_a_reason_and_the_steps_oldest_first_and_wants_an_alert_to_be_named()
    {
        await StartAsync(WithIntegrations(new() { ["good"] = NotifyResult.Sent(200) }, ("pager", ["good"])));
        await PostAsync(("alertname", "Disk"), ("severity", "critical"));
        await RowsAsync("filter=alertname%3DDisk", rows => rows.Any(row => row.GetProperty("step").GetString() == "attempt"));

        var paged = await GetAsync("why?filter=alertname%3DDisk");
        var unknown = await GetAsync("why?filter=alertname%3DNobodyKnows");

        Assert.True(paged.GetProperty("isPaged").GetBoolean());
        Assert.Equal("Disk", paged.GetProperty("alert").GetProperty("labels").GetProperty("alertname").GetString());
        Assert.Equal(["received", "group", "attempt"], paged.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("step").GetString()!));
        Assert.Equal("False rule-never-true", $"{unknown.GetProperty("isPaged")} {unknown.GetProperty("reason")}");
        Assert.Equal((HttpStatusCode.BadRequest, "bad_data", "invalid parameter \"filter\": write a matcher such as alertname=\"X\""), await RefusedAsync("why"));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (web is not null) await web.DisposeAsync();
        if (room is not null) await room.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    async Task StartAsync(AlertmanagerFileConfig? file)
    {
        room = new(folder, new FindingBook(TimeProvider.System), TimeProvider.System);
        await room.TakeAsync(file is null ? Configuration.Empty : Configuration.Empty.With(file));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        web = builder.Build();
        room.Map(SomeDoors.On(web));
        await web.StartAsync();
        http.BaseAddress = new(web.Urls.First());
    }

    async Task<JsonElement> GetAsync(string path) => (await http.GetFromJsonAsync<JsonElement>($"api/v1/alerting/{path}")).GetProperty("data");

    async Task<(HttpStatusCode Status, string Kind, string Message)> RefusedAsync(string path)
    {
        using var answer = await http.GetAsync($"api/v1/alerting/{path}");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.StatusCode, body.GetProperty("errorType").GetString()!, body.GetProperty("error").GetString()!);
    }

    async Task PostAsync(params (string Name, string Value)[] labels)
    {
        using var answer = await http.PostAsJsonAsync("api/v2/alerts", new[] { new { labels = labels.ToDictionary(label => label.Name, label => label.Value) } });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The ledger is written behind; it is asked until it holds what is awaited.</summary>
    async Task<IReadOnlyList<JsonElement>> RowsAsync(string question, Func<IReadOnlyList<JsonElement>, bool> isComplete)
    {
        using var patience = Patience.Begin();
        while (true)
        {
            List<JsonElement> rows = [.. (await GetAsync($"ledger?{question}")).GetProperty("rows").EnumerateArray()];
            if (isComplete(rows)) return rows;
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>The tree with services that answer as told; one called <c>unset</c> lacks its secret.</summary>
    static AlertmanagerFileConfig WithIntegrations(Dictionary<string, NotifyResult> answers, params (string Receiver, string[] Kinds)[] integrations)
    {
        var config = AlertmanagerFiles.Good(Tree);
        var byReceiver = integrations.ToDictionary(one => one.Receiver, one => one.Kinds);
        return config with
        {
            Receivers = [.. config.Receivers.Select(receiver => receiver with
            {
                Integrations = [.. byReceiver.GetValueOrDefault(receiver.Name, []).Select(kind => new ReceiverIntegration(
                    new(kind, (_, _) => throw new InvalidOperationException("read already"), (_, _) => new Answering(answers[kind])),
                    0,
                    new Settings { SendResolved = true, Unable = kind == "unset" ? "the variable CHAT_HOOK is not set" : null }))],
            })],
        };
    }

    static string Until(JsonElement json, string end)
    {
        var text = json.GetRawText();
        return text[..text.IndexOf(end, StringComparison.Ordinal)];
    }

    sealed record Settings : IntegrationConfig;

    sealed class Answering(NotifyResult result) : INotifier
    {
        public ValueTask<NotifyResult> NotifyAsync(Notification notification, CancellationToken cancellation) => ValueTask.FromResult(result);
    }
}
