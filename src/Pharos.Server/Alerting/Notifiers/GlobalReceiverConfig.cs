using Pharos.Server.Config;
using Pharos.Server.Config.Http;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Alerting.Notifiers;

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

    public SmtpGlobals Smtp { get; init; } = new();

    /// <summary>Reads the receivers' keys of <c>global</c>; the caller closes the section. Null: no such section, the defaults.</summary>
    public static GlobalReceiverConfig Read(YamlSection? section)
    {
        if (section is null) return new();
        var defaults = new GlobalReceiverConfig();
        var slackUrl = ReceiverReading.SecretUrl(section, "slack_api_url", "slack_api_url_file");
        var slackToken = section.SecretOrFile("slack_app_token", "slack_app_token_file");
        // The Web API's own address beside a token is how it was written before tokens had a key.
        var isOldForm = slackUrl is { Path: null } && section.Text("slack_api_url") == (section.Text("slack_app_url") ?? defaults.SlackAppUrl);
        if (slackUrl is not null && slackToken is not null && !isOldForm) section.Error("slack_app_token", "slack_api_url is written, too; keep the webhook's address or the app's token");
        ReadOthers(section);
        return new()
        {
            Http = section.Section("http_config") is { } http ? ReceiverReading.ReadHttp(http) : HttpClientConfig.Default,
            SlackApiUrl = slackUrl,
            SlackAppToken = slackToken,
            SlackAppUrl = section.Url("slack_app_url")?.ToString() ?? defaults.SlackAppUrl,
            PagerdutyUrl = section.Url("pagerduty_url")?.ToString() ?? defaults.PagerdutyUrl,
            OpsgenieApiUrl = section.Url("opsgenie_api_url")?.ToString() ?? defaults.OpsgenieApiUrl,
            OpsgenieApiKey = section.SecretOrFile("opsgenie_api_key", "opsgenie_api_key_file"),
            TelegramApiUrl = section.Url("telegram_api_url")?.ToString() ?? defaults.TelegramApiUrl,
            TelegramBotToken = section.SecretOrFile("telegram_bot_token", "telegram_bot_token_file"),
            Smtp = SmtpGlobals.Read(section),
        };
    }

    /// <summary>Keys of services that have no notifier here: checked, so that a file that Alertmanager refuses is refused.</summary>
    static void ReadOthers(YamlSection section)
    {
        foreach (var key in (string[])["victorops_api_key", "wechat_api_secret", "rocketchat_token", "rocketchat_token_id"]) section.SecretOrFile(key, $"{key}_file");
        ReceiverReading.SecretUrl(section, "mattermost_webhook_url", "mattermost_webhook_url_file");
        foreach (var key in (string[])["victorops_api_url", "wechat_api_url", "webex_api_url", "rocketchat_api_url", "jira_api_url"]) section.Url(key);
        section.Text("wechat_api_corp_id");
    }
}

/// <summary>The <c>smtp_*</c> keys of <c>global</c>.</summary>
sealed record SmtpGlobals
{
    public string? Smarthost { get; init; }

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
        Smarthost = section.ExpandedText("smtp_smarthost"),
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
