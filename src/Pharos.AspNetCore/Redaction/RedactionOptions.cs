using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Redaction;

/// <summary>What is a secret in logs and error reports: section <c>Pharos:Redaction</c>.</summary>
/// <remarks>Names are compared without case, underscores, dashes, dots and blanks: <c>api_key</c> is also <c>ApiKey</c> and <c>x-api-key</c>.</remarks>
public sealed class RedactionOptions
{
    /// <summary>Further names; a key that contains one of them is secret. Those of the package stay: passwords, tokens, secrets, keys, authorization, cookies, cards.</summary>
    public IList<string> Keys { get; } = [];

    /// <summary>Names that are no secret although a rule says so, such as <c>password_policy</c>. The whole name must match.</summary>
    public IList<string> AllowedKeys { get; } = [];

    internal void Read(SettingsSection section)
    {
        foreach (var key in section.Texts(nameof(Keys)) ?? []) Keys.Add(key);
        foreach (var key in section.Texts(nameof(AllowedKeys)) ?? []) AllowedKeys.Add(key);
    }
}
