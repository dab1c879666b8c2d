using System.Globalization;
using System.Text;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>Writes a parsed pattern as one of .NET's, for its non-backtracking engine.</summary>
/// <remarks>
/// <para>.NET matches UTF-16 units where RE2 matches code points: a set with members past U+FFFF becomes an alternation of surrogate
/// pairs. Under a star or plus the complement of a small set needs none of that, since halves repeat as well as wholes.</para>
/// <para>One known difference: <c>\b</c> knows letters of all scripts here, only ASCII in RE2.</para>
/// </remarks>
static class DotNetLowering
{
    public static string Lower(Re2Node node)
    {
        var text = new StringBuilder();
        Append(text, node);
        return text.ToString();
    }

    static void Append(StringBuilder text, Re2Node node)
    {
        switch (node)
        {
            case SetNode set:
                AppendSet(text, set.Set, isRepeated: false);
                break;
            case AnchorNode anchor:
                text.Append(anchor.Anchor switch
                {
                    Anchor.TextStart => @"\A",
                    Anchor.TextEnd => @"\z",
                    Anchor.LineStart => "(?m:^)",
                    Anchor.LineEnd => "(?m:$)",
                    Anchor.WordBoundary => @"\b",
                    _ => @"\B",
                });
                break;
            case SequenceNode sequence:
                foreach (var item in sequence.Items)
                {
                    if (item is AlternationNode) AppendGrouped(text, item);
                    else Append(text, item);
                }
                break;
            case AlternationNode alternation:
                for (var i = 0; i < alternation.Options.Count; i++)
                {
                    if (i > 0) text.Append('|');
                    Append(text, alternation.Options[i]);
                }
                break;
            case GroupNode group:
                text.Append(group.Number == 0 ? "(?:" : string.Create(CultureInfo.InvariantCulture, $"(?<{group.Number}>"));
                Append(text, group.Inner);
                text.Append(')');
                break;
            case RepeatNode repeat:
                if (repeat.Inner is SetNode repeated) AppendSet(text, repeated.Set, isRepeated: repeat.Max < 0 && repeat.Min <= 1);
                else AppendGrouped(text, repeat.Inner);
                text.Append((repeat.Min, repeat.Max) switch
                {
                    (0, -1) => "*",
                    (1, -1) => "+",
                    (0, 1) => "?",
                    (var min, -1) => string.Create(CultureInfo.InvariantCulture, $"{{{min},}}"),
                    var (min, max) => string.Create(CultureInfo.InvariantCulture, $"{{{min},{max}}}"),
                });
                if (repeat.IsLazy) text.Append('?');
                break;
        }
    }

    static void AppendGrouped(StringBuilder text, Re2Node node)
    {
        text.Append("(?:");
        Append(text, node);
        text.Append(')');
    }

    static void AppendSet(StringBuilder text, CodePointSet set, bool isRepeated)
    {
        if (set.Ranges.Count == 0)
        {
            text.Append(@"[^\s\S]"); // Matches nothing.
            return;
        }
        var basic = set.Ranges.Where(range => range.From <= 0xFFFF).Select(range => (range.From, To: Math.Min(range.To, 0xFFFF))).ToArray();
        var astral = set.Ranges.Where(range => range.To > 0xFFFF).Select(range => (From: Math.Max(range.From, 0x10000), range.To)).ToArray();
        var holdsAllAstral = astral is [(0x10000, CodePointSet.Last)];
        if (astral.Length == 0 || (isRepeated && holdsAllAstral))
        {
            AppendBasic(text, basic);
            return;
        }
        text.Append("(?:");
        foreach (var (from, to) in astral) AppendPairs(text, from, to);
        var whole = basic.SelectMany(CutSurrogates).ToArray(); // Half a pair is not a character of its own.
        AppendBasic(text, whole);
        if (whole.Length == 0) text.Length--; // The bar behind the last pair.
        text.Append(')');
    }

    static IEnumerable<(int From, int To)> CutSurrogates((int From, int To) range)
    {
        if (range.From < 0xD800) yield return (range.From, Math.Min(range.To, 0xD7FF));
        if (range.To > 0xDFFF) yield return (Math.Max(range.From, 0xE000), range.To);
    }

    static void AppendBasic(StringBuilder text, (int From, int To)[] ranges)
    {
        if (ranges.Length == 0) return;
        if (ranges is [(0, 0xFFFF)])
        {
            text.Append(@"[\s\S]");
            return;
        }
        text.Append('[');
        foreach (var (from, to) in ranges)
        {
            text.Append(CultureInfo.InvariantCulture, $"\\u{from:X4}");
            if (to > from) text.Append(CultureInfo.InvariantCulture, $"-\\u{to:X4}");
        }
        text.Append(']');
    }

    /// <summary>Surrogate pairs of a range, each alternative followed by a bar.</summary>
    static void AppendPairs(StringBuilder text, int from, int to)
    {
        while (from <= to)
        {
            var (high, low) = (0xD800 + ((from - 0x10000) >> 10), 0xDC00 + ((from - 0x10000) & 0x3FF));
            var lastOfHigh = from + (0x3FF - ((from - 0x10000) & 0x3FF));
            if (low == 0xDC00 && to >= lastOfHigh)
            {
                var lastHigh = 0xD800 + ((to + 1 - 0x10000) >> 10) - 1; // Whole rows at once.
                text.Append(CultureInfo.InvariantCulture, $"[\\u{high:X4}-\\u{lastHigh:X4}][\\uDC00-\\uDFFF]|");
                from = 0x10000 + ((lastHigh - 0xD800 + 1) << 10);
                continue;
            }
            var end = Math.Min(to, lastOfHigh);
            text.Append(CultureInfo.InvariantCulture, $"\\u{high:X4}[\\u{low:X4}-\\u{0xDC00 + ((end - 0x10000) & 0x3FF):X4}]|");
            from = end + 1;
        }
    }
}
