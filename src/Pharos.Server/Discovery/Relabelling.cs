using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Server.Config;

namespace Pharos.Server.Discovery;

/// <summary>Applies relabelling rules to the labels of a target, sample or alert.</summary>
/// <remarks>
/// <para>Pure; the rules' patterns are anchored. Rules run in order, each on what the one before left.</para>
/// <para>Source: Prometheus, configuration, section relabel_config.</para>
/// </remarks>
static class Relabelling
{
    /// <summary>The labels after all rules, or null when one dropped them.</summary>
    public static LabelSet? Apply(LabelSet labels, IReadOnlyList<RelabelConfig> rules, NameValidation names = NameValidation.Utf8)
    {
        if (rules.Count == 0) return labels;
        var changing = new MutableLabels(labels);
        return Apply(changing, rules, names) ? changing.ToLabelSet() : null;
    }

    /// <summary>Changes the labels in place. False: they are dropped.</summary>
    public static bool Apply(MutableLabels labels, IReadOnlyList<RelabelConfig> rules, NameValidation names = NameValidation.Utf8)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (!ApplyOne(labels, rules[i], names)) return false;
        }
        return true;
    }

    /// <summary>Applies rule after rule and keeps the state after each, for a page that explains where a label came from.</summary>
    public static IReadOnlyList<RelabelStep> Explain(LabelSet labels, IReadOnlyList<RelabelConfig> rules, NameValidation names = NameValidation.Utf8)
    {
        var steps = new List<RelabelStep>(rules.Count);
        var changing = new MutableLabels(labels);
        foreach (var rule in rules)
        {
            var isKept = ApplyOne(changing, rule, names);
            steps.Add(new(rule, isKept, isKept ? changing.ToLabelSet() : LabelSet.Empty));
            if (!isKept) break;
        }
        return steps;
    }

    static bool ApplyOne(MutableLabels labels, RelabelConfig rule, NameValidation names)
    {
        switch (rule.Action)
        {
            case RelabelAction.Keep:
                return rule.Regex.IsMatch(SourceOf(labels, rule));
            case RelabelAction.Drop:
                return !rule.Regex.IsMatch(SourceOf(labels, rule));
            case RelabelAction.KeepEqual:
                return labels[rule.TargetLabel] == SourceOf(labels, rule);
            case RelabelAction.DropEqual:
                return labels[rule.TargetLabel] != SourceOf(labels, rule);
            case RelabelAction.Replace:
                Replace(labels, rule, names);
                return true;
            case RelabelAction.Lowercase:
                labels.Set(rule.TargetLabel, GoCase.ToLower(SourceOf(labels, rule)));
                return true;
            case RelabelAction.Uppercase:
                labels.Set(rule.TargetLabel, GoCase.ToUpper(SourceOf(labels, rule)));
                return true;
            case RelabelAction.HashMod:
                labels.Set(rule.TargetLabel, Bucket(SourceOf(labels, rule), rule.Modulus).ToString(CultureInfo.InvariantCulture));
                return true;
            case RelabelAction.LabelMap:
                Map(labels, rule);
                return true;
            case RelabelAction.LabelDrop:
                labels.RemoveWhere(label => rule.Regex.IsMatch(label.Name));
                return true;
            default:
                labels.RemoveWhere(label => !rule.Regex.IsMatch(label.Name));
                return true;
        }
    }

    static void Replace(MutableLabels labels, RelabelConfig rule, NameValidation names)
    {
        var source = SourceOf(labels, rule);
        if (rule.Regex.Expand(source, rule.TargetLabel) is not { } target || !names.IsValidLabelName(target)) return;
        labels.Set(target, rule.Regex.Expand(source, rule.Replacement)!);
    }

    static void Map(MutableLabels labels, RelabelConfig rule)
    {
        // The labels that were there are mapped, not the ones that mapping adds.
        var before = labels.Count;
        var mapped = new List<Label>();
        for (var i = 0; i < before; i++)
        {
            if (rule.Regex.Expand(labels[i].Name, rule.Replacement) is { } name) mapped.Add(new(name, labels[i].Value));
        }
        foreach (var (name, value) in mapped) labels.Set(name, value);
    }

    /// <summary>The last 8 bytes of the MD5, so that the same targets fall into the same shard as with Prometheus.</summary>
#pragma warning disable CA5351 // MD5 spreads names over shards here; nothing is secured by it.
    static ulong Bucket(string source, ulong modulus) =>
        BinaryPrimitives.ReadUInt64BigEndian(MD5.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(8)) % modulus;
#pragma warning restore CA5351

    static string SourceOf(MutableLabels labels, RelabelConfig rule) => rule.SourceLabels.Count switch
    {
        0 => "",
        1 => labels[rule.SourceLabels[0]],
        _ => string.Join(rule.Separator, rule.SourceLabels.Select(name => labels[name])),
    };
}

/// <summary>What one rule made of the labels. <see cref="Labels"/> is empty when it dropped them.</summary>
sealed record RelabelStep(RelabelConfig Rule, bool IsKept, LabelSet Labels);
