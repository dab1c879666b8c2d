using Pharos.Server.Alerting.Matching;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Text.Matching;

namespace Pharos.Server.Alerting.Inhibition;

/// <summary>Reads <c>inhibit_rules</c>: one source in the rule itself, or several below <c>sources</c>, all of which must fire.</summary>
static class InhibitRuleReader
{
    public static IReadOnlyList<InhibitRuleConfig> ReadAll(YamlSection root) => [.. root.Sections("inhibit_rules", "inhibition rule").Select(Read)];

    static InhibitRuleConfig Read(YamlSection section)
    {
        var name = section.Text("name", "");
        var own = new InhibitSourceConfig(MatcherReader.Read(section, "source_match", "source_match_re", "source_matchers"), Equal(section));
        var target = MatcherReader.Read(section, "target_match", "target_match_re", "target_matchers");
        var sources = section.Sections("sources", "source").Select(ReadSource).ToList();
        if (sources.Count > 0 && (own.Matchers.Count > 0 || own.Equal.Count > 0))
        {
            section.Error("sources", "stands beside source_match, source_match_re, source_matchers or equal; write those into one of the sources");
        }
        section.Close();
        return new(name, sources.Count > 0 ? sources : [own], target);
    }

    static InhibitSourceConfig ReadSource(YamlSection section)
    {
        var matchers = MatcherParser.Sorted(MatcherReader.ReadList(section, "matchers"));
        if (!section.Has("matchers") || section.Find("matchers") is YamlSequence { Items.Count: 0 }) section.Error("matchers is missing; say which alerts inhibit");
        else if (matchers.Count > 0 && matchers.All(matcher => matcher.MatchesEmpty)) section.Error("matchers", "every alert without these labels matches; write at least one matcher that an empty value does not fulfil");
        var source = new InhibitSourceConfig(matchers, Equal(section));
        section.Close();
        return source;
    }

    static IReadOnlyList<string> Equal(YamlSection section)
    {
        foreach (var scalar in section.Scalars("equal"))
        {
            if (!NameValidation.Utf8.IsValidLabelName(scalar.Text)) section.Error(scalar, $"equal: {scalar.Describe()} is no label name");
        }
        return [.. section.Texts("equal").Distinct(StringComparer.Ordinal)];
    }
}
