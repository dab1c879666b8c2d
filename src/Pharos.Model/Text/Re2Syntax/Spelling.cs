using System.Text;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>Spells out all texts that a pattern matches, where they are few or written down one by one.</summary>
/// <remarks>Limits: 1,000 texts out of one sequence, as <c>[a-j][a-j][a-j]</c> makes them; any number of alternatives, up to 32 MB in all.</remarks>
sealed class Spelling
{
    /// <summary>Stands for any one character in what <see cref="Shapes"/> spells; no text may hold it.</summary>
    public const char Any = '\uFFFF';

    const int MaxProduct = 1000;
    const int MaxSetMembers = 16;
    const long MaxBytes = 32 << 20;
    const int TextBytes = 56;

    readonly bool allowsAny;
    readonly bool foldsCase;
    long bytes;

    Spelling(bool allowsAny, bool foldsCase) => (this.allowsAny, this.foldsCase) = (allowsAny, foldsCase);

    /// <summary>The texts, in the pattern's order; null when the pattern matches others or too many.</summary>
    public static List<string>? Texts(Re2Node node) => new Spelling(allowsAny: false, foldsCase: false).Spell(node);

    /// <summary>The texts with <see cref="Any"/> for a dot. Without regard to case they are spelt in <see cref="CaseFolds.Canonical"/> letters.</summary>
    public static List<string>? Shapes(Re2Node node, bool foldsCase) => new Spelling(allowsAny: true, foldsCase).Spell(node);

    List<string>? Spell(Re2Node node) => node switch
    {
        SetNode set => SpellSet(set.Set),
        GroupNode group => Spell(group.Inner),
        RepeatNode { Min: 0, Max: 1 } optional => Spell(optional.Inner) is { } texts ? [.. texts, ""] : null,
        AlternationNode alternation => SpellOptions(alternation),
        SequenceNode sequence => SpellSequence(sequence),
        _ => null,
    };

    List<string>? SpellOptions(AlternationNode alternation)
    {
        var all = new List<string>(alternation.Options.Count);
        foreach (var option in alternation.Options)
        {
            if (Spell(option) is not { } texts) return null;
            foreach (var text in texts) bytes += TextBytes + 2L * text.Length;
            if (bytes > MaxBytes) return null;
            all.AddRange(texts);
        }
        return all;
    }

    List<string>? SpellSequence(SequenceNode sequence)
    {
        var heads = new List<string> { "" };
        var run = new StringBuilder();
        foreach (var item in sequence.Items)
        {
            if (Spell(item) is not { } tails) return null;
            if (tails is [var single])
            {
                run.Append(single);
                continue;
            }
            if ((long)heads.Count * tails.Count > MaxProduct && heads.Count > 1) return null;
            Append(heads, run);
            heads = [.. heads.SelectMany(_ => tails, static (head, tail) => head + tail)];
        }
        Append(heads, run);
        return heads;
    }

    static void Append(List<string> heads, StringBuilder run)
    {
        if (run.Length == 0) return;
        var text = run.ToString();
        for (var i = 0; i < heads.Count; i++) heads[i] += text;
        run.Clear();
    }

    List<string>? SpellSet(CodePointSet set)
    {
        if (set.IsAny) return allowsAny ? [Any.ToString()] : null;
        if (foldsCase && set.Ranges.Count > 0 && CaseFolds.Of(set.Ranges[0].From) is { IsEmpty: false } orbit)
        {
            return orbit[^1] < Any && CodePointSet.Of(orbit[0]).FoldCase().Equals(set) ? [((char)orbit[0]).ToString()] : null;
        }
        if (set.Ranges.Sum(range => (long)range.To - range.From + 1) > MaxSetMembers) return null;
        var texts = new List<string>();
        foreach (var (from, to) in set.Ranges)
        {
            for (var c = from; c <= to; c++)
            {
                if (allowsAny && (c >= Any || (foldsCase && !CaseFolds.Of(c).IsEmpty))) return null;
                if (Rune.IsValid(c)) texts.Add(new Rune(c).ToString());
            }
        }
        return texts;
    }
}
