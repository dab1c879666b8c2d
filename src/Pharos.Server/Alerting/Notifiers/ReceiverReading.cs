using Pharos.Server.Config;
using Pharos.Server.Config.Http;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Alerting.Notifiers;

/// <summary>What the readers of all receivers share.</summary>
static class ReceiverReading
{
    /// <summary>The receiver's own client, or that of <c>global</c>.</summary>
    public static HttpClientConfig Http(YamlSection section, GlobalReceiverConfig global) => section.Section("http_config") is { } http ? ReadHttp(http) : global.Http;

    public static HttpClientConfig ReadHttp(YamlSection section)
    {
        var config = HttpClientReader.Read(section);
        section.Close();
        return config;
    }

    /// <summary>An address that is a secret itself, as those of webhooks are: inline ones are checked, and never repeated in the message.</summary>
    public static Secret? SecretUrl(YamlSection section, string key, string fileKey)
    {
        var secret = section.SecretOrFile(key, fileKey);
        if (secret is { Path: null } && Problem(secret) is null && secret.Read() is var text && !text.Contains("{{", StringComparison.Ordinal) && !IsHttp(text))
        {
            section.Error(key, "is no http address; write one such as \"https://host/path\"");
        }
        return secret;
    }

    /// <summary>Why one of the secrets cannot be had, as far as can be told without reading files; null: nothing is known against them.</summary>
    public static string? Unable(params ReadOnlySpan<Secret?> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret is { Path: null } && Problem(secret) is { } problem) return problem;
        }
        return null;
    }

    public static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0;

    static string? Problem(Secret secret)
    {
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
