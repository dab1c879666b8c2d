using System.Text;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>Finds what of an anchored pattern is plain text, so that most matchers never run an automaton.</summary>
static class LiteralAnalysis
{
    /// <summary>Text that every match starts with and ends with, and whether what lies between is anything at all.</summary>
    public static (string Prefix, string Suffix, bool IsAnyBetween) Ends(Re2Node node)
    {
        var items = Flatten(node).ToArray();
        var prefix = new StringBuilder();
        var first = 0;
        while (first < items.Length && TextOf(items[first]) is { } text)
        {
            prefix.Append(text);
            first++;
        }
        var last = items.Length - 1;
        while (last > first && TextOf(items[last]) is not null) last--;
        var suffix = string.Concat(items[(last + 1)..].Select(TextOf));
        var isAny = first == last && items[first] is RepeatNode { Min: 0, Max: -1, Inner: SetNode { Set.IsAny: true } };
        return (prefix.ToString(), suffix, isAny);
    }

    /// <summary>The text of <c>.*text.*</c>; null for other patterns.</summary>
    public static string? Contained(Re2Node node)
    {
        var items = Flatten(node).ToArray();
        if (items.Length < 3 || !IsAnything(items[0]) || !IsAnything(items[^1])) return null;
        var inner = new StringBuilder();
        foreach (var item in items[1..^1])
        {
            if (TextOf(item) is not { } text) return null;
            inner.Append(text);
        }
        return inner.ToString();
    }

    static bool IsAnything(Re2Node node) => node is RepeatNode { Min: 0, Max: -1, Inner: SetNode { Set.IsAny: true } };

    static IEnumerable<Re2Node> Flatten(Re2Node node) => node switch
    {
        SequenceNode sequence => sequence.Items.SelectMany(Flatten),
        GroupNode { Inner: not AlternationNode } group => Flatten(group.Inner),
        AnchorNode { Anchor: Anchor.TextStart or Anchor.TextEnd } => [node],
        _ => [node],
    };

    static string? TextOf(Re2Node node) => node is SetNode { Set.Single: >= 0 and var codePoint } && Rune.IsValid(codePoint) ? new Rune(codePoint).ToString() : null;
}
