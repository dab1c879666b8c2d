using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Matching;

/// <summary>Reads the matchers of routes and inhibition rules, in the new form and the two old ones.</summary>
static class MatcherReader
{
    /// <summary>All matchers of a section, sorted as Alertmanager sorts them.</summary>
    public static IReadOnlyList<LabelMatcher> Read(YamlSection section, string equalKey, string regexKey, string matchersKey) => MatcherParser.Sorted(
    [
        .. section.LabelEntries(equalKey, NameValidation.Legacy).Select(entry => new LabelMatcher(MatchKind.Equal, entry.Key.Text, TextOf(entry))),
        .. section.LabelEntries(regexKey, NameValidation.Legacy).SelectMany(entry => Regex(section, regexKey, entry)),
        .. ReadList(section, matchersKey),
    ]);

    public static IEnumerable<LabelMatcher> ReadList(YamlSection section, string key)
    {
        foreach (var scalar in section.Scalars(key))
        {
            IReadOnlyList<LabelMatcher> read;
            try
            {
                read = MatcherParser.ParseAll(scalar.Text);
            }
            catch (MatcherSyntaxException error)
            {
                section.Error(scalar, $"{key}: {scalar.Describe()}: {error.Message}");
                continue;
            }
            foreach (var matcher in read) yield return matcher;
        }
    }

    /// <summary>The pattern is kept with its anchors, because it is part of the group key that services deduplicate by.</summary>
    static IEnumerable<LabelMatcher> Regex(YamlSection section, string key, YamlEntry entry)
    {
        if (entry.Value is YamlScalar { IsNull: true })
        {
            section.Error(entry.Key, $"{key}: {entry.Key.Describe()} has no pattern; write one such as \"a|b\"");
            return [];
        }
        try
        {
            return [MatcherParser.Create(MatchKind.Regex, entry.Key.Text, $"^(?:{TextOf(entry)})$")];
        }
        catch (MatcherSyntaxException error)
        {
            section.Error(entry.Value, $"{key}: {error.Message}");
            return [];
        }
    }

    static string TextOf(YamlEntry entry) => entry.Value is YamlScalar { IsNull: false } value ? value.Text : "";
}
