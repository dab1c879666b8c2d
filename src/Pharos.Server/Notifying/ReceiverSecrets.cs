namespace Pharos.Server.Notifying;

/// <summary>Knows which settings of receivers hold secrets, so that none is shown.</summary>
static class ReceiverSecrets
{
    /// <summary>Keys that hold secrets wherever they stand.</summary>
    static readonly HashSet<string> SecretKeys = new(StringComparer.Ordinal)
    {
        "password", "bearer_token", "credentials", "client_secret", "client_certificate_key", "secret_key", "access_key", "key",
        "smtp_auth_password", "smtp_auth_secret", "auth_password", "auth_secret", "slack_api_url", "slack_app_token", "app_token", "bot_token", "telegram_bot_token",
        "opsgenie_api_key", "victorops_api_key", "wechat_api_secret", "rocketchat_token", "rocketchat_token_id", "mattermost_webhook_url", "jira_api_token",
        "api_key", "api_secret", "service_key", "routing_key", "user_key", "token", "token_id", "webhook_url", "alert_source_token", "secrets",
    };

    /// <summary>Addresses of webhooks and of Slack hold their credentials in the path.</summary>
    public static bool IsSecret(string key, string parent) => SecretKeys.Contains(key)
        || (key == "url" && parent is "webhook_configs" or "incidentio_configs")
        || (key == "api_url" && parent == "slack_configs")
        || (key == "topic" && parent == "ntfy_configs")
        || parent == "proxy_connect_header";
}
