using System.Globalization;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Notifying;
using Pharos.Server.Text;

namespace Pharos.Server.Alerting;

/// <summary>Prints an <c>alertmanager.yml</c> as it may be shown to anybody: what is secret, or names a variable, is <c>&lt;secret&gt;</c>.</summary>
/// <remarks>Alertmanager's own tools take that word wherever a secret stands, so that they parse what is printed. Comments are not kept: one may hold a secret.</remarks>
static class AlertmanagerFilePrinter
{
    const string Hidden = "<secret>";

    public static string Print(YamlNode? root)
    {
        var writer = new YamlWriter();
        if (root is YamlMapping mapping) WriteEntries(writer, mapping, "");
        return writer.ToString();
    }

    static void WriteEntries(YamlWriter writer, YamlMapping mapping, string parent)
    {
        foreach (var entry in mapping.Entries) Write(writer, entry.Key.Text, entry.Value, parent);
    }

    static void Write(YamlWriter writer, string key, YamlNode value, string parent)
    {
        var isSecret = ReceiverSecrets.IsSecret(key, parent);
        switch (value)
        {
            case YamlScalar { IsNull: true }:
                break;
            case YamlScalar scalar when isSecret:
                writer.Value(key, scalar.Text.Length == 0 ? "" : Hidden);
                break;
            case YamlScalar { IsPlain: true, Text: "true" or "false" } flag: // Go's reader takes no text for one of these two.
                writer.Value(key, flag.Text == "true");
                break;
            case YamlScalar { IsPlain: true } number when long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                writer.Value(key, whole);
                break;
            case YamlScalar scalar:
                writer.Value(key, Shown(scalar.Text));
                break;
            case YamlMapping mapping:
                writer.Mapping(key, () => WriteEntries(writer, mapping, key));
                break;
            case YamlSequence { Items: [] }: // Says something else than no list: one group, where the route above has several.
                writer.EmptyList(key);
                break;
            case YamlSequence { Items: [YamlMapping, ..] } list:
                writer.List(key, [.. list.Items.OfType<YamlMapping>()], item => WriteEntries(writer, item, key));
                break;
            case YamlSequence list:
                writer.Texts(key, [.. list.Items.OfType<YamlScalar>().Select(scalar => isSecret ? Hidden : scalar.IsNull ? "" : Shown(scalar.Text))]);
                break;
            default:
                break;
        }
    }

    static string Shown(string text)
    {
        var names = new List<string>();
        EnvironmentText.Expand(text, name =>
        {
            names.Add(name);
            return "";
        }, []);
        var isTemplate = text.Contains("{{", StringComparison.Ordinal); // There a dollar names a variable of the template.
        if (names.Count > 0 && !isTemplate && LooksLikeVariable(text)) return Hidden;
        return text.Contains("://", StringComparison.Ordinal) ? ShownAddress.WithoutPassword(text) : text;
    }

    /// <summary>A pattern such as <c>^(a|b)$</c> has a dollar too, but no name behind it; names in the middle of a sentence are prose.</summary>
    static bool LooksLikeVariable(string text) => !text.Contains(' ', StringComparison.Ordinal);
}
