using Pharos.Server.Notifying.Email;
using Pharos.Server.Notifying.Pagerduty;
using Pharos.Server.Notifying.Slack;


namespace Pharos.Tests.Server.Alerting;

public sealed class AlertmanagerFileReaderTests
{
    [Fact]
    public void Every_fault_is_told_at_once_with_its_place_and_mend()
    {
        var (_, told) = AlertmanagerFiles.Read("""
            global: {resolve_timeout: 5}
            route:
              group_by: ['...', job]
              matchers: [a=b]
              routes:
                - recevier: pager
                - receiver: pagr
                  matchers: ['a', 'b=~"("']
                  group_interval: 0s
                  mute_time_intervals: [night]
            receivers:
              - name: pager
              - name: pager
              - {}
            inhibit_rules:
              - source_match: {"1x": y}
                equal: ['']
            time_intervals:
              - name: nights
                time_intervals:
                  - times: [{start_time: '22:00', end_time: '06:00'}]
                    weekdays: ['moonday']
                    days_of_month: ['-1:3', '0']
                    location: Mars/Base
            """);

        Assert.Equal(
            [
                "alertmanager.yml:1:27: global.resolve_timeout: \"5\" has no unit; write a duration such as \"5s\" (ms, s, m, h, d, w, y)",
                "alertmanager.yml:3:3: route: receiver is missing; the first route takes what no other does, so name a receiver of last resort",
                "alertmanager.yml:3:13: route.group_by: \"...\" means every label already; write it alone, or remove it",
                "alertmanager.yml:4:13: route.matchers: the first route takes all alerts; write it into a route below (routes)",
                "alertmanager.yml:6:7: route.routes[0]: unknown key \"recevier\"; did you mean \"receiver\"?",
                "alertmanager.yml:7:17: route.routes[1]: receiver: no receiver is named \"pagr\"; did you mean \"pager\"?",
                "alertmanager.yml:8:18: route.routes[1]: matchers: \"a\": ends where one of =, !=, =~, !~ belongs",
                "alertmanager.yml:8:23: route.routes[1]: matchers: \"b=~\"(\"\": \"(\" is no regular expression: error parsing regexp: missing closing ): `(`",
                "alertmanager.yml:9:23: route.routes[1].group_interval: cannot be zero; write a duration such as \"5m\"",
                "alertmanager.yml:10:29: route.routes[1]: mute_time_intervals: no time interval is named \"night\"; did you mean \"nights\"?",
                "alertmanager.yml:13:11: receivers[1].name: \"pager\" is the name of another receiver already; rename one",
                "alertmanager.yml:14:5: receivers[2]: name is missing; routes need one to name the receiver by",
                "alertmanager.yml:16:20: inhibit_rules[0]: source_match: \"1x\" is no label name; write letters, digits and underscores, not beginning with a digit",
                "alertmanager.yml:17:13: inhibit_rules[0]: equal: \"\" is no label name",
                "alertmanager.yml:21:49: time_intervals[0].time_intervals[0].times[0].end_time: is not after start_time; for a span over midnight write two: one until 24:00, one from 00:00",
                "alertmanager.yml:22:20: time_intervals[0].time_intervals[0]: weekdays: \"moonday\" is not a weekday; write one such as \"monday\", or \"monday:friday\"",
                "alertmanager.yml:23:25: time_intervals[0].time_intervals[0]: days_of_month: \"-1:3\" begins near the end of the month and ends near its start; write two spans",
                "alertmanager.yml:23:33: time_intervals[0].time_intervals[0]: days_of_month: \"0\" is no day of a month; write one such as \"1\", \"1:7\", or \"-3:-1\" for the last three",
                "alertmanager.yml:24:19: time_intervals[0].time_intervals[0].location: \"Mars/Base\" is no time zone known here; write one such as \"Europe/Berlin\" (is the package tzdata installed?)",
            ],
            told);
    }

    [Theory]
    [InlineData("smtp_smarthost: 'a:25'", "smarthost: 'b:smtps'")]
    [InlineData("smtp_smarthost: ':587'", "")]
    [InlineData("smtp_smarthost: 1d2h", "", "alertmanager.yml:1:26: global.smtp_smarthost: \"1d2h\" is no host and port; write one such as \"mail.example.org:587\"")]
    [InlineData("smtp_smarthost: 'a:'", "", "alertmanager.yml:1:26: global.smtp_smarthost: \"a:\" is no host and port; write one such as \"mail.example.org:587\"")]
    [InlineData("smtp_smarthost: 'a:25'", "smarthost: 'b:70000'", "alertmanager.yml:3:91: receivers[0].email_configs[0].smarthost: \"b:70000\" is no host and port; write one such as \"mail.example.org:587\"")]
    [InlineData("smtp_smarthost: ''", "", "alertmanager.yml:3:39: receivers[0].email_configs[0]: smarthost is missing, and global has no smtp_smarthost; write one such as \"mail.example.org:587\"")]
    public void A_mail_server_is_a_host_and_a_port(string global, string own, params string[] told) => Assert.Equal(told, AlertmanagerFiles.Read($$"""
        global: {{{global}}}
        route: {receiver: a}
        receivers: [{name: a, email_configs: [{to: a@example.org, from: b@example.org, {{own}}}]}]
        """).Told);

    /// <summary>A key that somebody left empty is not a key that he left out.</summary>
    [Fact]
    public void A_flag_or_text_with_nothing_behind_it_is_false_and_empty_as_for_Alertmanager()
    {
        var (config, told) = AlertmanagerFiles.Read("""
            global: {smtp_require_tls: , smtp_smarthost: 'm:25', smtp_from: a@example.org, slack_api_url: 'http://s/'}
            route: {receiver: a}
            receivers:
              - name: a
                webhook_configs: [{url: 'http://x/', send_resolved: }]
                slack_configs: [{title: ~, send_resolved: true, mrkdwn_in: []}]
                email_configs: [{to: b@example.org, require_tls: , html: , headers: {X: }}]
                pagerduty_configs: [{routing_key: k, severity: '', source: '', client: me, description: }]
            """);

        var integrations = config!.Receivers[0].Integrations.ToDictionary(one => one.Kind.Name, one => one.Config);
        Assert.False(integrations["webhook"].SendResolved);
        Assert.Equal(("", "fallback pretext text"), Assert.IsType<SlackConfig>(integrations["slack"]) is var slack ? (slack.Title, string.Join(' ', slack.MrkdwnIn)) : default);
        Assert.Equal((false, ""), Assert.IsType<EmailConfig>(integrations["email"]) is var mail ? (mail.RequireTls, mail.Html) : default);
        Assert.Equal(("error", "me", ""), Assert.IsType<PagerdutyConfig>(integrations["pagerduty"]) is var page ? (page.Severity, page.Source, page.Description) : default);
        Assert.Equal(5, told.Count(line => line.Contains("has no value, which means", StringComparison.Ordinal)));
        Assert.Equal(5, told.Count);
    }

    [Theory]
    [InlineData("title: '{{ (index .Alerts.Firing 0).Labels.job }}'", "5:24: warning: receivers[0].slack_configs[0].title: with a resolved alert the template fails: executing \"\" at <index .Alerts.Firing 0>: error calling index: ")]
    [InlineData("title: ok, text: '{{ template \"mine\" . }}'", "tmpl/mine.tmpl:2:14: warning: receivers[0].slack_configs[0].text: with an alert that fires the template fails: executing \"mine\" at <")]
    [InlineData("title: '{{ len .Alerts }} {{ .CommonLabels.nope }}{{ range .Alerts }}{{ .Annotations.nope | toUpper }}{{ end }}'", null)]
    public void Who_checks_is_told_of_templates_that_fail_with_sample_alerts(string keys, string? expected)
    {
        var folder = Directory.CreateTempSubdirectory("pharos-templates-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "tmpl"));
            File.WriteAllText(Path.Combine(folder, "tmpl", "mine.tmpl"), "{{ define \"mine\" }}\n{{ .Alerts }} {{ index .GroupLabels.SortedPairs 7 }}{{ end }}\n");
            var yaml = $"templates: ['{folder}/tmpl/*.tmpl']\nroute: {{receiver: a}}\nreceivers:\n  - name: a\n    slack_configs: [{{api_url: 'http://s/', {keys}}}]\n";
            Assert.Empty(AlertmanagerFiles.Read(yaml).Told); // At the start nothing is tried.
            var told = AlertmanagerFiles.Read(yaml, strict: true).Told;
            if (expected is null) Assert.Empty(told);
            else Assert.Contains(expected.Split(": warning: ")[1], Assert.Single(told).Replace(folder + "/", "", StringComparison.Ordinal), StringComparison.Ordinal);
            if (expected is not null) Assert.Contains(expected.StartsWith("tmpl", StringComparison.Ordinal) ? "/tmpl/mine.tmpl:2:" : "alertmanager.yml:5:", told[0], StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Without_a_route_there_is_nothing_to_do()
    {
        var (config, told) = AlertmanagerFiles.Read("receivers: [{name: a}]");

        Assert.Null(config);
        Assert.Equal(["alertmanager.yml:1:1: route is missing; write at least \"route: {receiver: NAME}\""], told);
    }

    [Fact]
    public void What_a_route_does_not_say_comes_from_above_but_intervals_do_not()
    {
        var config = AlertmanagerFiles.Good("""
            route:
              receiver: a
              group_by: [job]
              group_wait: 1s
              repeat_interval: 2h
              labels: {team: x, tier: one}
              routes:
                - matchers: [a=b]
                  mute_time_intervals: [t]
                  labels: {team: y}
                  routes:
                    - match: {z: "1"}
                      match_re: {q: "x|y"}
                      receiver: b
                      group_by: ['...']
            receivers: [{name: a, labels: {owner: me}}, {name: b}]
            time_intervals: [{name: t}]
            """);

        var leaf = Pharos.Server.Alerting.Routing.AlertRoute.Build(config.Route).Routes[0].Routes[0];

        Assert.Equal("b", leaf.Receiver);
        Assert.True(leaf.GroupByAll);
        Assert.Equal(TimeSpan.FromSeconds(1), leaf.GroupWait);
        Assert.Equal(TimeSpan.FromMinutes(5), leaf.GroupInterval);
        Assert.Equal(TimeSpan.FromHours(2), leaf.RepeatInterval);
        Assert.Equal("{team=\"y\", tier=\"one\"}", leaf.Labels.ToString());
        Assert.Empty(leaf.Config.MuteTimeIntervals);
        Assert.Equal("{}/{a=\"b\"}/{q=~\"^(?:x|y)$\",z=\"1\"}", leaf.Key);
        Assert.Equal("me", config.Receivers[0].Labels["owner"]);
    }

    [Fact]
    public void What_is_shown_has_neither_secrets_nor_variables_and_reads_back()
    {
        var config = AlertmanagerFiles.Good("""
            global:
              http_config: {proxy_url: 'http://me:open@proxy:3128/', basic_auth: {username: u, password: hush}} # hush
            route:
              receiver: a
              routes: [{match_re: {x: '^(a|b)$'}, labels: {t: '{{ $x := 1 }}{{ $x }} y'}}]
            receivers: [{name: a}]
            """);

        Assert.DoesNotContain("hush", config.Yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("open", config.Yaml, StringComparison.Ordinal);
        Assert.Contains("password: <secret>", config.Yaml, StringComparison.Ordinal);
        Assert.Contains("x: ^(a|b)$", config.Yaml.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(config.Route.Routes[0].Matchers, AlertmanagerFiles.Good(config.Yaml).Route.Routes[0].Matchers);
    }

    /// <summary>Alertmanager takes such a file and fails when the first alert comes.</summary>
    [Fact]
    public void Templates_that_will_fail_are_told_with_their_place()
    {
        var (config, told) = AlertmanagerFiles.Read("""
            route: {receiver: a, labels: {team: '{{ .x'}, routes: [{labels: {ok: '{{ .CommonLabels.x }}', b: '{{ template "team" . }}'}}]}
            receivers:
              - name: a
                slack_configs:
                  - api_url: http://slack.example.com/x
                    title: '{{ upper .Status }}'
                    text: |
                      {{ range .Alerts }}
                        {{ template "slack.defautl.title" . }}
                      {{ end }}{{ define "own" }}x{{ end }}{{ template "own" }}
                    fields: [{title: t, value: '{{ end }}'}]
                    http_config: {http_headers: {X: {values: ['{{']}}}
                pagerduty_configs:
                  - routing_key: '{{ nope }}'
                    details: {deep: [{er: '{{ }}'}]}
            """);

        Assert.NotNull(config);
        Assert.Equal(
            [
                "alertmanager.yml:1:43: warning: route.labels.team: template: unclosed action",
                "alertmanager.yml:1:102: warning: route.routes[0].labels.b: template: template \"team\" not defined",
                "alertmanager.yml:6:20: warning: receivers[0].slack_configs[0].title: template: function \"upper\" not defined",
                "alertmanager.yml:9:16: warning: receivers[0].slack_configs[0].text: template: template \"slack.defautl.title\" not defined",
                "alertmanager.yml:11:44: warning: receivers[0].slack_configs[0].fields[0].value: template: unexpected {{end}}",
                "alertmanager.yml:14:26: warning: receivers[0].pagerduty_configs[0].routing_key: is no template that can be used",
                "alertmanager.yml:15:35: warning: receivers[0].pagerduty_configs[0].details.deep[0].er: template: missing value for command",
            ],
            told);
    }
}
