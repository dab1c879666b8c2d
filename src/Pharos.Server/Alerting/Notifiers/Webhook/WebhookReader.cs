using Pharos.Server.Config;
using Pharos.Server.Config.Http;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Alerting.Notifiers.Webhook;

/// <summary>Reads one item of <c>webhook_configs</c>.</summary>
static class WebhookReader
{
    public static IntegrationConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var url = section.SecretOrFile("url", "url_file");
        if (url is null && !section.IsBroken) section.Error("url is missing; write url, or url_file");
        var unable = Problem(url);
        if (url is { Path: null } && unable is null && url.Read() != "<secret>" && !IsAddress(url.Read())) section.Error("url", "is no http address; write one such as \"https://host/path\"");
        var httpSection = section.Section("http_config");
        var config = new WebhookConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = unable,
            Url = url ?? Secret.Unavailable("url is missing"),
            Http = httpSection is null ? global.Http : HttpClientReader.Read(httpSection),
            MaxAlerts = (int)section.Integer("max_alerts", 0, 0, int.MaxValue),
            Timeout = section.Duration("timeout", TimeSpan.Zero),
        };
        httpSection?.Close();
        section.Close();
        return config;
    }

    internal static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { Host.Length: > 0 };

    /// <summary>Why a secret of the file itself cannot be used. One of another file is read when it is needed, and may come later.</summary>
    static string? Problem(Secret? secret)
    {
        if (secret is null or { Path: not null }) return null;
        try
        {
            secret.Read();
            return null;
        }
        catch (SecretUnavailableException error)
        {
            return error.Message;
        }
    }
}
