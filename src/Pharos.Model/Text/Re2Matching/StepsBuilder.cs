using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Model.Text.Re2Matching;

/// <summary>Writes a parsed pattern as steps.</summary>
/// <remarks>
/// <para>Two uses. For groups the order of alternatives counts, and each group notes its ends. For a plain yes or no neither does: groups vanish,
/// alternatives that begin alike share their beginning (a trie), and a last <c>.*</c> of an anchored pattern ends at once.</para>
/// <para>Limits: <see cref="Re2Limits"/>. Errors: a pattern that passes them throws <see cref="Re2SyntaxException"/>.</para>
/// </remarks>
sealed class StepsBuilder
{
    static readonly CodePointSet WordChars = NamedSets.Perl('w')!;
    static readonly CodePointSet Newline = CodePointSet.Of('\n');

    readonly bool forGroups;
    readonly Action refuse;
    readonly List<StepKind> kinds = [];
    readonly List<int> xs = [];
    readonly List<int> ys = [];
    readonly List<CodePointSet> sets = [];
    readonly Dictionary<CodePointSet, int> numbers = [];
    bool hasAnchors;
    int depth;

    StepsBuilder(Re2Node root, string pattern, bool forGroups)
    {
        this.forGroups = forGroups;
        refuse = () => Re2Limits.Refuse(root, pattern, forGroups);
    }

    /// <summary>Steps that say whether a text matches: an anchored pattern the whole of it, any other a part.</summary>
    public static Steps ForMatch(Re2Node root, string pattern, bool isAnchored)
    {
        var builder = new StepsBuilder(root, pattern, forGroups: false);
        var end = builder.Add(isAnchored ? StepKind.End : StepKind.EndAnywhere, 0, 0);
        var start = builder.Write(root, end);
        return builder.Finish(isAnchored ? start : builder.Star(new SetNode(CodePointSet.Any), isLazy: true, start));
    }

    /// <summary>Steps that note where the match and its groups begin and end; the search for a start is the machine's.</summary>
    public static Steps ForGroups(Re2Node root, string pattern, bool isAnchored)
    {
        var builder = new StepsBuilder(root, pattern, forGroups: true);
        var end = builder.Add(isAnchored ? StepKind.End : StepKind.EndAnywhere, 0, 0);
        return builder.Finish(builder.Write(new GroupNode(root, 0, ""), end, number: 0));
    }

    Steps Finish(int start)
    {
        if (hasAnchors)
        {
            NumberOf(WordChars); // Word characters and newlines become classes of their own.
            NumberOf(Newline);
        }
        var alphabet = new Alphabet(sets);
        Side[]? sides = null;
        if (hasAnchors)
        {
            sides = new Side[alphabet.Count];
            for (var i = 0; i < sides.Length; i++)
            {
                sides[i] = alphabet.Holds(numbers[WordChars], i) ? Side.Word : alphabet.Holds(numbers[Newline], i) ? Side.Newline : Side.Other;
            }
        }
        return new Steps { Kinds = [.. kinds], X = [.. xs], Y = [.. ys], Start = start, Alphabet = alphabet, Sides = sides };
    }

    /// <summary>The first step of the node when <paramref name="next"/> comes behind it.</summary>
    int Write(Re2Node node, int next)
    {
        depth++;
        var first = node switch
        {
            SetNode set => Add(StepKind.Set, NumberOf(set.Set), next),
            AnchorNode anchor => AddAnchor(anchor.Anchor, next),
            SequenceNode sequence => WriteAll(sequence.Items, next),
            AlternationNode alternation => WriteOptions(alternation, next),
            GroupNode { Number: > 0 } group when forGroups => Write(group, next, group.Number),
            GroupNode group => Write(group.Inner, next),
            RepeatNode repeat => WriteRepeat(repeat, next),
            _ => throw new InvalidOperationException($"{node.GetType().Name} is no node of a pattern"),
        };
        depth--;
        return first;
    }

    int Write(GroupNode group, int next, int number) => Add(StepKind.Note, 2 * number, Write(group.Inner, Add(StepKind.Note, 2 * number + 1, next)));

    int WriteAll(IReadOnlyList<Re2Node> items, int next)
    {
        for (var i = items.Count - 1; i >= 0; i--) next = Write(items[i], next);
        return next;
    }

    int WriteOptions(AlternationNode alternation, int next)
    {
        var shared = alternation.IsShared ? alternation : SharedBeginnings.Of(alternation, keepsOrder: forGroups, depth);
        if (shared is not AlternationNode { Options: var options }) return Write(shared, next);
        var first = Write(options[^1], next);
        for (var i = options.Count - 2; i >= 0; i--) first = Add(StepKind.Split, Write(options[i], next), first);
        return first;
    }

    int WriteRepeat(RepeatNode repeat, int next)
    {
        if (repeat.Max == 0) return next;
        var first = next;
        if (repeat.Max > 0)
        {
            // x{2,4} is xx(x(x)?)?
            for (var i = repeat.Min; i < repeat.Max; i++) first = AddSplit(Write(repeat.Inner, first), next, repeat.IsLazy);
        }
        else first = repeat.Min == 0 ? Star(repeat.Inner, repeat.IsLazy, next) : Plus(repeat.Inner, repeat.IsLazy, next);
        for (var i = repeat.Max < 0 ? 1 : 0; i < repeat.Min; i++) first = Write(repeat.Inner, first);
        return first;
    }

    int Star(Re2Node inner, bool isLazy, int next)
    {
        if (!forGroups && kinds[next] == StepKind.End && inner is SetNode { Set.IsAny: true }) return Add(StepKind.EndAnywhere, 0, 0);
        if (inner is not SetNode) return AddSplit(Plus(inner, isLazy, next), next, isLazy); // As x+ that may be missing, so that what is empty counts once.
        var loop = Add(StepKind.Split, 0, 0);
        Set(loop, Write(inner, loop), next, isLazy);
        return loop;
    }

    int Plus(Re2Node inner, bool isLazy, int next)
    {
        var loop = Add(StepKind.Split, 0, 0);
        var body = Write(inner, loop);
        if (body == loop) return next; // Nothing at all, again and again.
        Set(loop, body, next, isLazy);
        return body;
    }

    int AddAnchor(Anchor anchor, int next)
    {
        hasAnchors = true;
        return Add(StepKind.Anchor, (int)anchor, next);
    }

    int AddSplit(int gladly, int otherwise, bool isLazy) => isLazy ? Add(StepKind.Split, otherwise, gladly) : Add(StepKind.Split, gladly, otherwise);

    void Set(int split, int gladly, int otherwise, bool isLazy) => (xs[split], ys[split]) = isLazy ? (otherwise, gladly) : (gladly, otherwise);

    int Add(StepKind kind, int x, int y)
    {
        if (kinds.Count == Re2Limits.MaxSteps(forGroups)) refuse();
        kinds.Add(kind);
        xs.Add(x);
        ys.Add(y);
        return kinds.Count - 1;
    }

    int NumberOf(CodePointSet set)
    {
        if (!numbers.TryGetValue(set, out var number))
        {
            numbers.Add(set, number = sets.Count);
            sets.Add(set);
        }
        return number;
    }
}
