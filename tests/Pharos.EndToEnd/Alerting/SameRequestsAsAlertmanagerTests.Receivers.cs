namespace Pharos.EndToEnd.Alerting;

/// <summary>The receivers that are compared, and the alerts that they are told of.</summary>
public sealed partial class SameRequestsAsAlertmanagerTests
{
    /// <summary>Each receiver with the number of requests that tell of firing alerts, and of firing and resolved ones together.</summary>
    static readonly IReadOnlyDictionary<string, (int Firing, int All)> Receivers = new Dictionary<string, (int, int)>
    {
        ["slack"] = (1, 2),
        ["slack-blank"] = (1, 2),
        ["pagerduty"] = (1, 2),
        ["pagerduty-blank"] = (1, 2),
        ["discord"] = (1, 2),
        ["msteams"] = (1, 2),
        ["msteamsv2"] = (1, 2),
        ["telegram"] = (1, 2),
        ["opsgenie"] = (1, 2),
        ["victorops"] = (1, 2),
        ["webex"] = (1, 2),
        ["rocketchat"] = (1, 2),
        ["mattermost"] = (1, 2),
        ["mattermost-rich"] = (1, 2),
        ["incidentio"] = (1, 2),
        ["sns"] = (1, 2),
        ["wechat"] = (2, 3), // Fetches a token first.
        ["jira"] = (2, 6), // Searches and creates; searches, updates, asks for transitions and closes.
        ["jira3"] = (2, 6),
        ["mail"] = (1, 2),
    };

    static string Config(string services, int mailPort, string side) => $$$"""
        route:
          receiver: all
          group_by: [alertname]
          group_wait: 5s # Counted from the start of the alerts: both must be in the group before it is over, however busy the machine.
          group_interval: 2s
        receivers:
          - name: all
            slack_configs:
              - api_url: {{{services}}}/slack
                channel: '#{{ .GroupLabels.alertname }}'
                send_resolved: true
                fields: [{title: Count, value: '{{ len .Alerts }}', short: true}]
                actions: [{type: button, text: Look, url: '{{ .ExternalURL }}'}]
              - {api_url: {{{services}}}/slack-blank, send_resolved: true, channel: , title: , text: ~, color: '', fields: , mrkdwn_in: [], footer: null, short_fields: }
            pagerduty_configs:
              - {url: {{{services}}}/pagerduty-blank, routing_key: key, client: , source: '', severity: '', description: , details: {firing: , resolved: ''}, images: [], links: }
              - url: {{{services}}}/pagerduty
                routing_key: 0123456789abcdef0123456789abcdef
                details: {team: '{{ .CommonLabels.team }}', nested: {state: '{{ .Status }}', list: [1, '{{ len .Alerts }}', true]}}
                images: [{src: http://img.example.com/a.png, alt: a, href: http://example.com}]
                links: [{href: http://example.com/runbook, text: Runbook}]
                severity: '{{ .CommonLabels.severity }}'
                class: disk
                component: storage
                group: web
            discord_configs:
              - webhook_url: {{{services}}}/discord
            msteams_configs:
              - webhook_url: {{{services}}}/msteams
            msteamsv2_configs:
              - webhook_url: {{{services}}}/msteamsv2
            telegram_configs:
              - api_url: {{{services}}}/telegram
                bot_token: 1:abc
                chat_id: -1001
            opsgenie_configs:
              - api_url: {{{services}}}/opsgenie/
                api_key: key
                tags: '{{ .CommonLabels.team }},web'
                priority: P2
                responders: [{name: ops, type: team}]
                details: {own: yes}
            victorops_configs:
              - api_url: {{{services}}}/victorops/
                api_key: key
                routing_key: '{{ .CommonLabels.team }}'
                message_type: '{{ .CommonLabels.severity }}'
                custom_fields: {own: '{{ .Status }} & more'}
            webex_configs:
              - api_url: {{{services}}}/webex
                room_id: room-{{ .CommonLabels.team }}
                http_config: {authorization: {credentials: token}}
            rocketchat_configs:
              - api_url: {{{services}}}/rocketchat
                token: token
                token_id: id
                channel: '#{{ .CommonLabels.team }}'
                send_resolved: true
                fields: [{title: a, value: '{{ .Status }}', short: true}, {title: b, value: c}]
                actions: [{type: button, text: Look, url: '{{ .ExternalURL }}'}]
            mattermost_configs:
              - webhook_url: {{{services}}}/mattermost
              - webhook_url: {{{services}}}/mattermost-rich
                channel: town
                icon_url: http://img.example.com/a.png
                text: '{{ .Status }}'
                title: not shown
                fields: [{title: a, value: b, short: true}]
                priority: {priority: Important, requested_ack: true, persistent_notifications: true}
                props: {card: '{{ .CommonLabels.team }}'}
                type: custom_alert
                attachments: [{title: at, text: '{{ len .Alerts }}', color: red, author_name: me, footer: f, fields: [{title: q, value: r}]}]
            incidentio_configs:
              - url: {{{services}}}/incidentio
                alert_source_token: token
            sns_configs:
              - api_url: {{{services}}}/sns
                topic_arn: 'arn:aws:sns:us-east-2:123456789012:{{ .CommonLabels.team }}'
                sigv4: {region: us-east-2, access_key: AKIDEXAMPLE, secret_key: {{{StandInSns.SecretKey}}}}
                attributes: {severity: '{{ .CommonLabels.severity }}', team: 'a b'}
            wechat_configs:
              - api_url: {{{services}}}/wechat/
                api_secret: secret
                corp_id: corp
                agent_id: '7'
                to_user: me
                send_resolved: true
            jira_configs:
              - api_url: {{{services}}}/jira/rest/api/2/
                project: OPS
                issue_type: Bug
                labels: [alertmanager, '{{ .CommonLabels.severity }}']
                resolve_transition: Done
                reopen_transition: Reopen
                reopen_duration: 10m
                wont_fix_resolution: Won't "fix"
                fields: {components: {name: Monitoring}, customfield_1: 'x {{ .Status }}', customfield_2: [{value: red}, 5, true], customfield_3: '{"value": "{{ .Status }}"}', customfield_4: '[a, b]'}
              - api_url: {{{services}}}/jira3/rest/api/3/
                project: OPS
                issue_type: Bug
                description: '{"version": 1, "type": "doc", "content": []}'
                priority: ''
                resolve_transition: Done
            email_configs:
              - smarthost: 127.0.0.1:{{{mailPort}}}
                from: {{{side}}}@example.com
                to: Ops <ops@example.com>, dev@example.com
                require_tls: false
                send_resolved: true
                html: ''
                text: '{{ template "__text_alert_list" .Alerts }}'
        """;

    static object[] Alerts(DateTimeOffset start, DateTimeOffset? end) => [.. new[] { "web-1", "a<b>&\"ü" }.Select(instance => new
    {
        labels = new Dictionary<string, string> { ["alertname"] = "DiskFull", ["instance"] = instance, ["severity"] = "critical", ["team"] = "storage" },
        annotations = new Dictionary<string, string> { ["summary"] = "95 % of <disk> & more" },
        startsAt = start,
        endsAt = end ?? start.AddHours(1),
        generatorURL = "http://prometheus.example.com/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
    })];
}
