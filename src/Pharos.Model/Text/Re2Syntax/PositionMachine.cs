using System.Numerics;
using System.Text;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>Matches whole texts against a pattern of at most 64 places, each a bit of one word: made in microseconds, linear in the text.</summary>
/// <remarks>
/// <para>Shape: every set of the pattern is a position; a bit of the state says that the text so far may end at it. A character keeps those of
/// the followers whose set holds it (Glushkov's automaton). Counted repetitions are written out.</para>
/// <para>Limits: null from <see cref="TryMake"/> for more positions, for anchors other than those at both ends, and for sets that hold only a
/// part of the code points past U+FFFF; .NET's engine, which costs half a millisecond to make, takes those.</para>
/// <para>Threads: immutable, safe for all.</para>
/// <para>Source: Glushkov, "The abstract theory of automata", 1961; Navarro and Raffinot, "Flexible Pattern Matching in Strings", chapter 5.</para>
/// </remarks>
sealed class PositionMachine
{
    const int MaxPositions = 64;

    readonly List<CodePointSet> sets = [];
    readonly ulong[] followers = new ulong[MaxPositions];
    readonly ulong[] ascii = new ulong[128];
    ulong first;
    ulong last;
    bool isEmptyMatched;

    /// <summary>What a part of the pattern adds: where it may begin and end, and whether it may match nothing.</summary>
    readonly record struct Part(ulong First, ulong Last, bool IsNullable)
    {
        public static readonly Part Empty = new(0, 0, true);
    }

    public static PositionMachine? TryMake(Re2Node pattern)
    {
        var machine = new PositionMachine();
        if (machine.Add(WithoutEnds(pattern)) is not { } whole) return null;
        (machine.first, machine.last, machine.isEmptyMatched) = whole;
        machine.FillAscii();
        return machine;
    }

    public bool IsMatch(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return isEmptyMatched;
        var next = first;
        var state = 0UL;
        for (var at = 0; at < text.Length;)
        {
            if (text[at] < 128)
            {
                state = next & ascii[text[at]];
                at++;
            }
            else
            {
                Rune.DecodeFromUtf16(text[at..], out var rune, out var used);
                state = Holding(next, rune.Value);
                at += used;
            }
            if (state == 0) return false;
            next = 0;
            for (var rest = state; rest != 0; rest &= rest - 1) next |= followers[BitOperations.TrailingZeroCount(rest)];
        }
        return (state & last) != 0;
    }

    ulong Holding(ulong positions, int codePoint)
    {
        var holding = 0UL;
        for (var rest = positions; rest != 0; rest &= rest - 1)
        {
            var position = BitOperations.TrailingZeroCount(rest);
            if (sets[position].Contains(codePoint)) holding |= 1UL << position;
        }
        return holding;
    }

    /// <summary>An anchored pattern needs no <c>^</c> at its start and no <c>$</c> at its end.</summary>
    static Re2Node WithoutEnds(Re2Node pattern)
    {
        if (pattern is not SequenceNode { Items: var items }) return pattern;
        var from = items is [AnchorNode { Anchor: Anchor.TextStart }, ..] ? 1 : 0;
        var until = items.Count > from && items[^1] is AnchorNode { Anchor: Anchor.TextEnd } ? items.Count - 1 : items.Count;
        return from == 0 && until == items.Count ? pattern : new SequenceNode([.. items.Take(until).Skip(from)]);
    }

    Part? Add(Re2Node node) => node switch
    {
        SetNode set => AddSet(set.Set),
        GroupNode group => Add(group.Inner),
        SequenceNode sequence => AddSequence(sequence),
        AlternationNode alternation => AddAlternation(alternation),
        RepeatNode repeat => AddRepeat(repeat),
        _ => null,
    };

    Part? AddSet(CodePointSet set)
    {
        if (sets.Count == MaxPositions) return null;
        foreach (var (from, to) in set.Ranges)
        {
            if (to > 0xFFFF && (from > 0x10000 || to < CodePointSet.Last)) return null;
        }
        var bit = 1UL << sets.Count;
        sets.Add(set);
        return new Part(bit, bit, false);
    }

    Part? AddSequence(SequenceNode sequence)
    {
        var whole = Part.Empty;
        foreach (var item in sequence.Items)
        {
            if (Add(item) is not { } part) return null;
            whole = Join(whole, part);
        }
        return whole;
    }

    Part? AddAlternation(AlternationNode alternation)
    {
        var whole = new Part(0, 0, false);
        foreach (var option in alternation.Options)
        {
            if (Add(option) is not { } part) return null;
            whole = new Part(whole.First | part.First, whole.Last | part.Last, whole.IsNullable || part.IsNullable);
        }
        return whole;
    }

    Part? AddRepeat(RepeatNode repeat)
    {
        // x{2,4} is x x x? x?; x{2,} is x x+; x* is an x+ that may be missing.
        var copies = repeat.Max < 0 ? Math.Max(repeat.Min, 1) : repeat.Max;
        var whole = Part.Empty;
        for (var copy = 0; copy < copies; copy++)
        {
            var before = sets.Count;
            if (Add(repeat.Inner) is not { } part) return null;
            if (repeat.Max < 0 && copy == copies - 1) Follow(part.Last, part.First);
            if (copy >= repeat.Min) part = part with { IsNullable = true };
            whole = Join(whole, part);
            if (sets.Count == before) break; // Nothing but empty parts: more of them change nothing, and the counts may multiply.
        }
        return whole;
    }

    Part Join(Part left, Part right)
    {
        Follow(left.Last, right.First);
        return new Part(left.IsNullable ? left.First | right.First : left.First, right.IsNullable ? left.Last | right.Last : right.Last, left.IsNullable && right.IsNullable);
    }

    void Follow(ulong positions, ulong by)
    {
        for (var rest = positions; rest != 0; rest &= rest - 1) followers[BitOperations.TrailingZeroCount(rest)] |= by;
    }

    void FillAscii()
    {
        for (var position = 0; position < sets.Count; position++)
        {
            foreach (var (from, to) in sets[position].Ranges)
            {
                for (var c = from; c <= Math.Min(to, 127); c++) ascii[c] |= 1UL << position;
            }
        }
    }
}
