using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;
using Pharos.Server.Notifying.Email;


namespace Pharos.Server.Notifying;

/// <summary>Defaults that the <c>global</c> section gives to all receivers.</summary>
sealed record GlobalReceiverConfig
{
    public HttpClientConfig Http { get; init; } = HttpClientConfig.Default;

    public Secret? SlackApiUrl { get; init; }

    /// <summary>A bot's token, for Slack's Web API instead of a webhook.</summary>
    public Secret? SlackAppToken { get; init; }

    public string SlackAppUrl { get; init; } = "https://slack.com/api/chat.postMessage";

    public string PagerdutyUrl { get; init; } = "https://events.pagerduty.com/v2/enqueue";

    public string OpsgenieApiUrl { get; init; } = "https://api.opsgenie.com/";

    public Secret? OpsgenieApiKey { get; init; }

    public string TelegramApiUrl { get; init; } = "https://api.telegram.org";

    public Secret? TelegramBotToken { get; init; }

    public Secret? VictoropsApiKey { get; init; }

    public string VictoropsApiUrl { get; init; } = "https://alert.victorops.com/integrations/generic/20131114/alert/";

    public string WebexApiUrl { get; init; } = "https://webexapis.com/v1/messages";

    public string WechatApiUrl { get; init; } = "https://qyapi.weixin.qq.com/cgi-bin/";

    public Secret? WechatApiSecret { get; init; }

    public string? WechatApiCorpId { get; init; }

    public string RocketchatApiUrl { get; init; } = "https://open.rocket.chat/";

    public Secret? RocketchatToken { get; init; }

    public Secret? RocketchatTokenId { get; init; }

    public Secret? MattermostWebhookUrl { get; init; }

    public string? JiraApiUrl { get; init; }

    public SmtpGlobals Smtp { get; init; } = new();

    /// <summary>Reads the receivers' keys of <c>global</c>; the caller closes the section. Null: no such section, the defaults.</summary>
    public static GlobalReceiverConfig Read(YamlSection? section)
    {
        if (section is null) return new();
        var defaults = new GlobalReceiverConfig();
        var slackUrl = ReceiverReading.SecretUrl(section, "slack_api_url", "slack_api_url_file");
        var slackToken = ReceiverReading.SecretOrFile(section, "slack_app_token", "slack_app_token_file");
        // The Web API's own address beside a token is how it was written before tokens had a key.
        var isOldForm = slackUrl is { Path: null } && section.Text("slack_api_url") == (section.Text("slack_app_url") ?? defaults.SlackAppUrl);
        if (slackUrl is not null && slackToken is not null && !isOldForm) section.Error("slack_app_token", "slack_api_url is written, too; keep the webhook's address or the app's token");
        return new()
        {
            Http = section.Section("http_config") is { } http ? ReceiverReading.ReadHttp(http) : HttpClientConfig.Default,
            SlackApiUrl = slackUrl,
            SlackAppToken = slackToken,
            SlackAppUrl = ReceiverReading.Url(section, "slack_app_url")?.ToString() ?? defaults.SlackAppUrl,
            PagerdutyUrl = ReceiverReading.Url(section, "pagerduty_url")?.ToString() ?? defaults.PagerdutyUrl,
            OpsgenieApiUrl = ReceiverReading.Url(section, "opsgenie_api_url")?.ToString() ?? defaults.OpsgenieApiUrl,
            OpsgenieApiKey = ReceiverReading.SecretOrFile(section, "opsgenie_api_key", "opsgenie_api_key_file"),
            TelegramApiUrl = ReceiverReading.Url(section, "telegram_api_url")?.ToString() ?? defaults.TelegramApiUrl,
            TelegramBotToken = ReceiverReading.SecretOrFile(section, "telegram_bot_token", "telegram_bot_token_file"),
            VictoropsApiKey = ReceiverReading.SecretOrFile(section, "victorops_api_key", "victorops_api_key_file"),
            VictoropsApiUrl = ReceiverReading.Url(section, "victorops_api_url")?.ToString() ?? defaults.VictoropsApiUrl,
            WebexApiUrl = ReceiverReading.Url(section, "webex_api_url")?.ToString() ?? defaults.WebexApiUrl,
            WechatApiUrl = ReceiverReading.Url(section, "wechat_api_url")?.ToString() ?? defaults.WechatApiUrl,
            WechatApiSecret = ReceiverReading.SecretOrFile(section, "wechat_api_secret", "wechat_api_secret_file"),
            WechatApiCorpId = section.ExpandedText("wechat_api_corp_id"),
            RocketchatApiUrl = ReceiverReading.Url(section, "rocketchat_api_url")?.ToString() ?? defaults.RocketchatApiUrl,
            RocketchatToken = ReceiverReading.SecretOrFile(section, "rocketchat_token", "rocketchat_token_file"),
            RocketchatTokenId = ReceiverReading.SecretOrFile(section, "rocketchat_token_id", "rocketchat_token_id_file"),
            MattermostWebhookUrl = ReceiverReading.SecretUrl(section, "mattermost_webhook_url", "mattermost_webhook_url_file"),
            JiraApiUrl = ReceiverReading.Url(section, "jira_api_url")?.ToString(),
            Smtp = SmtpGlobals.Read(section),
        };
    }
}

/// <summary>The <c>smtp_*</c> keys of <c>global</c>.</summary>
sealed record SmtpGlobals
{
    public SmartHost? Smarthost { get; init; }

    /// <summary>Written, if not well: then that is what is told.</summary>
    public bool HasSmarthost { get; init; }

    public string? From { get; init; }

    /// <summary>The name that the client greets with.</summary>
    public string Hello { get; init; } = "localhost";

    public string AuthUsername { get; init; } = "";

    public Secret? AuthPassword { get; init; }

    public Secret? AuthSecret { get; init; }

    public string AuthIdentity { get; init; } = "";

    public bool RequireTls { get; init; } = true;

    public bool? ForceImplicitTls { get; init; }

    public TlsConfig Tls { get; init; } = TlsConfig.Default;

    public static SmtpGlobals Read(YamlSection section) => new()
    {
        Smarthost = SmartHost.Read(section, "smtp_smarthost"),
        HasSmarthost = section.Text("smtp_smarthost") is { Length: > 0 },
        From = section.ExpandedText("smtp_from"),
        Hello = section.Text("smtp_hello") is { Length: > 0 } hello ? hello : "localhost",
        AuthUsername = section.ExpandedText("smtp_auth_username") ?? "",
        AuthPassword = section.SecretOrFile("smtp_auth_password", "smtp_auth_password_file"),
        AuthSecret = section.SecretOrFile("smtp_auth_secret", "smtp_auth_secret_file"),
        AuthIdentity = section.Text("smtp_auth_identity", ""),
        RequireTls = section.Bool("smtp_require_tls", true),
        ForceImplicitTls = section.Has("smtp_force_implicit_tls") ? section.Bool("smtp_force_implicit_tls") : null,
        Tls = HttpClientReader.ReadTls(section.Section("smtp_tls_config")),
    };
}
