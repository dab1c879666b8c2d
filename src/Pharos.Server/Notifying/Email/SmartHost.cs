using System.Globalization;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Notifying.Email;

/// <summary>The mail server to hand mails to, written <c>mail.example.org:587</c>; no host means this machine, and a port may have its registered name.</summary>
readonly record struct SmartHost(string Host, int Port)
{
    /// <summary>Null when the key is not there, or when what it says is no host and port, which is told then.</summary>
    public static SmartHost? Read(YamlSection section, string key)
    {
        var text = section.ExpandedText(key);
        if (string.IsNullOrEmpty(text)) return null;
        var colon = text.LastIndexOf(':');
        if (colon >= 0 && PortOf(text[(colon + 1)..]) is { } port) return new(colon == 0 ? "localhost" : text[..colon].Trim('[', ']'), port);
        section.Error(key, $"\"{text}\" is no host and port; write one such as \"mail.example.org:587\"");
        return null;
    }

    static int? PortOf(string text) => text switch
    {
        "smtp" => 25,
        "submission" => 587,
        "submissions" or "smtps" => 465,
        _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65_536 ? port : null,
    };
}
