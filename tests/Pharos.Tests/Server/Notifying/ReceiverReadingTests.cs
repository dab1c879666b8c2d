namespace Pharos.Tests.Server.Notifying;

/// <summary>What Alertmanager refuses in a receiver is refused, with the place and a mend; global settings fill what a receiver leaves out.</summary>
public class ReceiverReadingTests
{
    [Theory]
    [InlineData("victorops", "routing_key: r", "1:1: victorops: api_key is missing, and global has no victorops_api_key; write one of them")]
    [InlineData("victorops", "api_key: k", "1:1: victorops: routing_key is missing; write the key of the team that is told")]
    [InlineData("victorops", "{api_key: k, api_key_file: f, routing_key: r}", "1:28: victorops.api_key_file: api_key and api_key_file are both written; keep one")]
    [InlineData("victorops", "{api_key: k, routing_key: r, custom_fields: {entity_id: x}}", "1:45: victorops.custom_fields: \"entity_id\" is a field of every message; name yours otherwise")]
    [InlineData("pushover", "token: t", "1:1: pushover: user_key is missing; write the key of the user or group that is told, or user_key_file")]
    [InlineData("pushover", "user_key: u", "1:1: pushover: token is missing; write the token of your application, or token_file")]
    [InlineData("pushover", "{token: t, user_key: u, html: true, monospace: true}", "1:48: pushover.monospace: html is on, too; keep one")]
    [InlineData("pushover", "{token: t, user_key: u, retry: 10s}", "1:32: warning: pushover.retry: Pushover refuses to repeat more often than every 30 seconds; write \"30s\" or more")]
    [InlineData("webex", "{http_config: {authorization: {credentials: t}}}", "1:1: webex: room_id is missing; write the id of the room that is told")]
    [InlineData("webex", "room_id: r", "1:1: webex: http_config.authorization is missing; write the bot's token there (credentials or credentials_file)")]
    [InlineData("sns", "{sigv4: {region: r, access_key: a, secret_key: s}}", "1:1: sns: exactly one of topic_arn, target_arn and phone_number has to be written")]
    [InlineData("sns", "{topic_arn: t, phone_number: p, sigv4: {region: r, access_key: a, secret_key: s}}", "1:1: sns: exactly one of topic_arn, target_arn and phone_number has to be written")]
    [InlineData("sns", "{topic_arn: t, sigv4: {region: r, access_key: a}}", "1:23: sns.sigv4: access_key and secret_key belong together; write both or none")]
    [InlineData("wechat", "corp_id: c", "1:1: wechat: api_secret is missing, and global has no wechat_api_secret; write one of them")]
    [InlineData("wechat", "api_secret: s", "1:1: wechat: corp_id is missing, and global has no wechat_api_corp_id; write one of them")]
    [InlineData("wechat", "{api_secret: s, corp_id: c, message_type: html}", "1:43: wechat.message_type: \"html\" is not known here; write one of text, markdown")]
    [InlineData("jira", "{project: P, issue_type: Bug}", "1:1: jira: api_url is missing, and global has no jira_api_url; write one such as \"https://company.atlassian.net/rest/api/2/\"")]
    [InlineData("jira", "{api_url: 'http://j/rest/api/2', issue_type: Bug}", "1:1: jira: project is missing; write the key of the project in which issues are created")]
    [InlineData("jira", "{api_url: 'http://j/rest/api/2', project: P}", "1:1: jira: issue_type is missing; write the type of the issues, such as Bug")]
    [InlineData("jira", "{api_url: 'http://j/rest/api/2', project: P, issue_type: Bug, api_type: x}", "1:73: jira.api_type: \"x\" is not known here; write one of auto, cloud, datacenter")]
    [InlineData("mattermost", "channel: c", "1:1: mattermost: webhook_url is missing, and global has no mattermost_webhook_url; write one of them")]
    [InlineData("mattermost", "webhook_url: hooks", "1:14: mattermost.webhook_url: is no http address; write one such as \"https://host/path\"")]
    [InlineData("mattermost", "{webhook_url: 'http://m/x', fields: [{title: t}]}", "1:38: mattermost.fields[0]: value is missing; Mattermost wants one")]
    [InlineData("rocketchat", "token: t", "1:1: rocketchat: token_id is missing, and global has no rocketchat_token_id; write one of them")]
    [InlineData("rocketchat", "token_id: t", "1:1: rocketchat: token is missing, and global has no rocketchat_token; write one of them")]
    [InlineData("incidentio", "alert_source_token: t", "1:1: incidentio: url is missing; copy it from the alert source, or write url_file")]
    [InlineData("incidentio", "{url: 'http://i/x', http_config: {authorization: {credentials: c}}, alert_source_token: t}", "1:89: incidentio.alert_source_token: http_config.authorization is written, too; keep one")]
    [InlineData("incidentio", "{url: 'http://i/x', http_config: {}}", "1:1: incidentio: alert_source_token is missing; copy it from the alert source, or write alert_source_token_file")]
    [InlineData("incidentio", "url: 'http://i/x'", "1:6: warning: incidentio.url: no alert_source_token is written; incident.io refuses requests without one")]
    [InlineData("ntfy", "title: t", "1:1: ntfy: topic is missing; write the one that your devices subscribed to")]
    [InlineData("ntfy", "{topic: t, token: a, http_config: {authorization: {credentials: c}}}", "1:19: ntfy.token: http_config.authorization is written, too; keep one")]
    [InlineData("ntfy", "{topic: t, prority: 3}", "1:12: ntfy: unknown key \"prority\"; did you mean \"priority\"?")]
    public void A_receiver_that_cannot_work_is_refused(string kind, string yaml, string expected) =>
        Assert.Equal([$"/x/alertmanager.yml:{expected}"], SomeNotification.Read(kind, yaml).Faults);

    [Theory]
    [InlineData("victorops", "routing_key: r", "victorops_api_key: k")]
    [InlineData("wechat", "{}", "{wechat_api_secret_file: f, wechat_api_corp_id: c}")]
    [InlineData("jira", "{project: P, issue_type: Bug}", "jira_api_url: 'http://j/rest/api/2/'")]
    [InlineData("mattermost", "{}", "mattermost_webhook_url: 'http://m/x'")]
    [InlineData("rocketchat", "{}", "{rocketchat_token: t, rocketchat_token_id_file: f}")]
    public void What_global_has_needs_not_be_written_again(string kind, string yaml, string global) => Assert.Empty(SomeNotification.Read(kind, yaml, global).Faults);

    [Fact]
    public void A_variable_that_is_not_set_makes_no_empty_secret()
    {
        var (config, _, faults) = SomeNotification.Read("victorops", "{api_key: $NOPE, routing_key: r}");
        Assert.Equal(["/x/alertmanager.yml:1:11: warning: victorops.api_key: environment variable $NOPE is not set; set it, or give the secret by a file, in which no \"$\" is read"], faults);
        Assert.Equal("victorops.api_key: environment variable $NOPE is not set", config.Unable);
    }

    [Theory]
    [InlineData("1h30m", 5400.0)]
    [InlineData("1.5h", 5400.0)]
    [InlineData("90s500ms", 90.5)]
    [InlineData("0s", 0.0)]
    [InlineData("1d", null)]
    [InlineData("s", null)]
    [InlineData("1.2.3s", null)]
    [InlineData("5m3", null)]
    [InlineData("-5s", null)]
    public void Durations_are_read_as_Go_does(string text, double? seconds)
    {
        var (config, _, faults) = SomeNotification.Read("pushover", $"{{token: t, user_key: u, ttl: '{text}'}}");
        Assert.Equal(seconds is null ? 1 : 0, faults.Count);
        if (seconds is { } expected) Assert.Equal(TimeSpan.FromSeconds(expected), ((Pharos.Server.Notifying.Pushover.PushoverConfig)config).Ttl);
    }

    [Fact]
    public void A_time_without_a_unit_is_left_out_and_told()
    {
        Assert.Equal(
            ["/x/alertmanager.yml:1:28: warning: webhook.timeout: \"10\" has no unit and means nanoseconds to Alertmanager, which is no time at all; it is left out; write \"10s\""],
            SomeNotification.Read("webhook", "{url: 'http://x', timeout: 10}").Faults);
        Assert.Empty(SomeNotification.Read("webhook", "{url: 'http://x', timeout: 0}").Faults);
    }
}
