using System.Globalization;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Notifying;

/// <summary>What the readers of all receivers share.</summary>
static class ReceiverReading
{
    const double LongestSeconds = 100.0 * 365 * 86_400; // Longer ones are no durations of this world, and would not fit.

    /// <summary>The receiver's own client, or that of <c>global</c>.</summary>
    public static HttpClientConfig Http(YamlSection section, GlobalReceiverConfig global) => section.Section("http_config") is { } http ? ReadHttp(http) : global.Http;

    public static HttpClientConfig ReadHttp(YamlSection section)
    {
        var config = HttpClientReader.Read(section);
        section.Close();
        return config;
    }

    /// <summary>A secret given inline or by a file, at most one of both; an empty one is none.</summary>
    public static Secret? SecretOrFile(YamlSection section, string key, string fileKey) => section.Text(key) is "" ? section.SecretFile(fileKey) : section.SecretOrFile(key, fileKey);

    /// <summary>An address that is shown. An empty one is a fault, as it would not lead to the default either.</summary>
    public static Uri? Url(YamlSection section, string key)
    {
        if (section.Text(key) is "") section.Error(key, "is empty; write an address such as \"https://host/path\", or remove the key");
        return section.Url(key);
    }

    /// <summary>The time that one request may take; null: none is set.</summary>
    public static TimeSpan? Timeout(YamlSection section)
    {
        if (section.Text("timeout") is { Length: > 0 } text && text.All(char.IsAsciiDigit))
        {
            if (text.Trim('0').Length > 0) section.Warn("timeout", $"\"{text}\" has no unit and means nanoseconds to Alertmanager, which is no time at all; it is left out; write \"{text}s\"");
            return null;
        }
        return GoDuration(section, "timeout") is { } timeout && timeout > TimeSpan.Zero ? timeout : null;
    }

    /// <summary>A duration as Go writes them, <c>1.5h</c> or <c>90s</c>; null when absent or wrong (told). Days are none of Go's units.</summary>
    public static TimeSpan? GoDuration(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text || text is "0") return null;
        if (SecondsOf(text) is { } seconds) return TimeSpan.FromSeconds(Math.Min(seconds, LongestSeconds));
        section.Error(key, $"\"{text}\" is no duration; write one such as \"15s\" or \"1h30m\" (h, m, s, ms)");
        return null;
    }

    /// <summary>An address that is a secret itself, as those of webhooks are: inline ones are checked, and never repeated in the message.</summary>
    public static Secret? SecretUrl(YamlSection section, string key, string fileKey)
    {
        var secret = SecretOrFile(section, key, fileKey);
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

    /// <summary>Numbers and units in turn, <c>1h30.5m</c>; null for anything else.</summary>
    static double? SecondsOf(ReadOnlySpan<char> text)
    {
        var seconds = 0.0;
        while (text.Length > 0)
        {
            var digits = text.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            text = text[digits..];
            var next = text.IndexOfAny("0123456789.");
            var unit = next < 0 ? text : text[..next];
            if (UnitSeconds(unit) is not { } worth) return null;
            seconds += number * worth;
            text = text[unit.Length..];
        }
        return seconds;
    }

    static double? UnitSeconds(ReadOnlySpan<char> unit) => unit switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 1e-3, "us" or "µs" or "μs" => 1e-6, "ns" => 1e-9, _ => null };
}
