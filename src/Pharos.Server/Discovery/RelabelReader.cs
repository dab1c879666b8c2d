using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Discovery;

/// <summary>Reads lists of relabelling rules and checks each against what its action can use.</summary>
static class RelabelReader
{
    static readonly IReadOnlyList<(string Word, RelabelAction Action)> Actions =
    [
        ("replace", RelabelAction.Replace), ("keep", RelabelAction.Keep), ("drop", RelabelAction.Drop), ("keepequal", RelabelAction.KeepEqual),
        ("dropequal", RelabelAction.DropEqual), ("hashmod", RelabelAction.HashMod), ("labelmap", RelabelAction.LabelMap), ("labeldrop", RelabelAction.LabelDrop),
        ("labelkeep", RelabelAction.LabelKeep), ("lowercase", RelabelAction.Lowercase), ("uppercase", RelabelAction.Uppercase),
    ];

    public static string Word(this RelabelAction action) => Actions.First(pair => pair.Action == action).Word;

    public static IReadOnlyList<RelabelConfig> ReadAll(YamlSection section, string key, NameValidation scheme) =>
        [.. section.Sections(key, "relabelling rule").Select(rule => Read(rule, scheme))];

    static RelabelConfig Read(YamlSection rule, NameValidation scheme)
    {
        var defaults = new RelabelConfig();
        var action = ReadAction(rule);
        var config = new RelabelConfig
        {
            SourceLabels = rule.Texts("source_labels"),
            Separator = rule.Text("separator", defaults.Separator),
            Regex = ReadRegex(rule, defaults),
            Modulus = (ulong)rule.Integer("modulus", 0, 0, long.MaxValue),
            TargetLabel = rule.Text("target_label", ""),
            Replacement = rule.Text("replacement", defaults.Replacement),
            Action = action ?? RelabelAction.Replace,
        };
        rule.Close();
        if (action is not null) Check(rule, config, defaults, scheme); // An unknown action needs nothing that could be missed.
        return config;
    }

    static Re2 ReadRegex(YamlSection rule, RelabelConfig defaults)
    {
        if (rule.Text("regex") is not { } pattern) return defaults.Regex;
        try
        {
            return Re2.CompileAnchored(pattern);
        }
        catch (Re2SyntaxException error)
        {
            rule.Error("regex", $"\"{pattern}\" is no regular expression: {error.Message}");
            return defaults.Regex;
        }
    }

    static RelabelAction? ReadAction(YamlSection rule)
    {
        if (rule.Text("action") is not { } word) return RelabelAction.Replace;
        foreach (var (known, action) in Actions)
        {
            if (known.Equals(word, StringComparison.OrdinalIgnoreCase)) return action;
        }
        rule.OneOf("action", [.. Actions.Select(pair => pair.Word)]);
        return null;
    }

    static void Check(YamlSection rule, RelabelConfig config, RelabelConfig defaults, NameValidation scheme)
    {
        var word = config.Action.Word();
        foreach (var name in config.SourceLabels)
        {
            if (!scheme.IsValidLabelName(name)) rule.Error("source_labels", $"\"{name}\" is no label name; write the name of a label");
        }
        if (config.Action == RelabelAction.HashMod && config.Modulus == 0) rule.Error("modulus", "is missing; hashmod needs a number above 0");
        var needsTarget = config.Action is RelabelAction.Replace or RelabelAction.KeepEqual or RelabelAction.DropEqual or RelabelAction.HashMod
            or RelabelAction.Lowercase or RelabelAction.Uppercase;
        if (needsTarget && config.TargetLabel.Length == 0)
        {
            rule.Error("target_label", $"is missing; {word} needs the name of the label to {(config.Action is RelabelAction.KeepEqual or RelabelAction.DropEqual ? "compare with" : "write")}");
        }
        else if (needsTarget && !IsTarget(config.TargetLabel, config.Action == RelabelAction.Replace, scheme))
        {
            rule.Error("target_label", $"\"{config.TargetLabel}\" is no label name; write the name of a label");
        }
        var hasReplacement = config.Replacement != defaults.Replacement;
        if (config.Action is RelabelAction.Lowercase or RelabelAction.Uppercase && hasReplacement) rule.Error("replacement", $"{word} uses none; remove it");
        if (config.Action == RelabelAction.LabelMap && !IsTarget(config.Replacement, allowsVariables: true, scheme))
        {
            rule.Error("replacement", $"\"{config.Replacement}\" is no label name; write a name, or one with $1");
        }
        var hasPattern = config.Regex.Pattern != RelabelConfig.DefaultRegex;
        var hasSeparator = config.Separator != defaults.Separator;
        if (config.Action is RelabelAction.KeepEqual or RelabelAction.DropEqual)
        {
            Refuse(rule, word, "source_labels and target_label", ("regex", hasPattern), ("modulus", config.Modulus != 0), ("separator", hasSeparator), ("replacement", hasReplacement));
        }
        if (config.Action is RelabelAction.LabelDrop or RelabelAction.LabelKeep)
        {
            Refuse(rule, word, "regex", ("source_labels", config.SourceLabels.Count > 0), ("target_label", config.TargetLabel.Length > 0),
                ("modulus", config.Modulus != 0), ("separator", hasSeparator), ("replacement", hasReplacement));
        }
    }

    static void Refuse(YamlSection rule, string word, string used, params ReadOnlySpan<(string Key, bool IsWritten)> others)
    {
        foreach (var (key, isWritten) in others)
        {
            if (isWritten) rule.Error(key, $"{word} uses only {used}; remove it");
        }
    }

    static bool IsTarget(string name, bool allowsVariables, NameValidation scheme)
    {
        if (scheme == NameValidation.Utf8) return scheme.IsValidLabelName(name);
        return allowsVariables ? IsLegacyWithVariables(name) : scheme.IsValidLabelName(name);
    }

    /// <summary>A legacy name in which <c>$1</c>, <c>$name</c> or <c>${1}</c> may stand anywhere.</summary>
    static bool IsLegacyWithVariables(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '$')
            {
                var isBraced = i + 1 < name.Length && name[i + 1] == '{';
                var from = isBraced ? i + 2 : i + 1;
                var until = from;
                while (until < name.Length && (char.IsAsciiLetterOrDigit(name[until]) || name[until] == '_')) until++;
                if (until == from || isBraced && (until == name.Length || name[until] != '}')) return false;
                i = isBraced ? until : until - 1;
            }
            else if (!(char.IsAsciiLetter(name[i]) || name[i] == '_' || i > 0 && char.IsAsciiDigit(name[i])))
            {
                return false;
            }
        }
        return name.Length > 0;
    }
}
