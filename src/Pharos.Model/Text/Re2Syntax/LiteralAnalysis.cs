using System.Text;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>Finds what of an anchored pattern is plain text, so that most matchers never run an automaton.</summary>
static class LiteralAnalysis
{
    const int MaxAlternatives = 1000;

    /// <summary>All texts that the pattern matches, when they are few; null otherwise. In the pattern's order, each once.</summary>
    public static IReadOnlyList<string>? Alternatives(Re2Node node)
    {
        var texts = Expand(node);
        return texts?.Distinct(StringComparer.Ordinal).ToArray();
    }

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
        var suffix = "";
        while (last > first && TextOf(items[last]) is { } text)
        {
            suffix = text + suffix;
            last--;
        }
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

    static List<string>? Expand(Re2Node node)
    {
        switch (node)
        {
            case SetNode set:
                if (set.Set.Ranges.Sum(range => (long)range.To - range.From + 1) > 16) return null;
                return set.Set.Ranges.SelectMany(range => Enumerable.Range(range.From, range.To - range.From + 1)).Where(Rune.IsValid).Select(c => new Rune(c).ToString()).ToList();
            case GroupNode group:
                return Expand(group.Inner);
            case RepeatNode { Min: 0, Max: 1 } optional:
                var inner = Expand(optional.Inner);
                inner?.Add("");
                return inner;
            case AlternationNode alternation:
                var all = new List<string>();
                foreach (var option in alternation.Options)
                {
                    if (Expand(option) is not { } texts || all.Count + texts.Count > MaxAlternatives) return null;
                    all.AddRange(texts);
                }
                return all;
            case SequenceNode sequence:
                var heads = new List<string> { "" };
                foreach (var item in sequence.Items)
                {
                    if (Expand(item) is not { } tails || (long)heads.Count * tails.Count > MaxAlternatives) return null;
                    heads = tails is [var single] ? heads.ConvertAll(head => head + single) : heads.SelectMany(head => tails.Select(tail => head + tail)).ToList();
                }
                return heads;
            default:
                return null;
        }
    }
}
