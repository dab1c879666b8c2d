using System.Text;

namespace Pharos.Model.Text.Re2Matching;

/// <summary>Finds where a match and its groups begin and end, as a backtracking engine would prefer them, in time linear in the text.</summary>
/// <remarks>
/// <para>Method: all ways through the steps are followed at once, the preferred first; a way that ends cuts off those behind it. The places
/// noted on a way are a chain that ways share.</para>
/// <para>Threads: one at a time; <see cref="Re2"/> keeps one and makes another when that is taken.</para>
/// <para>Source: Pike's machine in Cox, "Regular expression matching: the virtual machine approach", 2009.</para>
/// </remarks>
/// <param name="groups">With the whole match.</param>
/// <param name="isAnchored">Only the whole text is a match.</param>
sealed class GroupMachine(Steps steps, int groups, bool isAnchored)
{
    /// <summary>Places of more steps than this stay until the next text overwrites them: clearing them would cost more than the match.</summary>
    const int MaxCleared = 4096;

    readonly Alphabet alphabet = steps.Alphabet;
    readonly StepSet passed = new(steps.Count);
    readonly Stack<(int Step, Noted? Places)> open = new();
    Ways now = new(steps.Count);
    Ways next = new(steps.Count);

    /// <summary>A place noted on a way, and those noted before.</summary>
    sealed record Noted(int Number, int At, Noted? Before, int Length);

    sealed class Ways(int capacity)
    {
        public readonly StepSet Steps = new(capacity);
        public readonly Noted?[] Places = new Noted?[capacity];
    }

    /// <summary>Begin and end of each group of the first match at or behind a place, -1 where it took no part; null: no match.</summary>
    public int[]? Match(ReadOnlySpan<char> text, int from)
    {
        Noted? best = null;
        var before = SideBefore(text, from);
        now.Steps.Clear();
        for (var at = from;;)
        {
            var behind = at;
            var read = at < text.Length ? alphabet.Next(text, ref behind) : -1;
            var side = read < 0 ? Side.Edge : steps.Sides?[read] ?? Side.Other;
            // Ways that wait here in their order, each with what it can reach; last, and only until something matched, one that begins here.
            next.Steps.Clear();
            var found = Advance(text.Length, at, read, before, side, isStart: best is null && (!isAnchored || at == 0));
            best = found ?? best;
            (now, next) = (next, now);
            if (read < 0 || (now.Steps.Count == 0 && (best is not null || isAnchored))) break;
            (at, before) = (behind, side);
        }
        if (steps.Count <= MaxCleared)
        {
            Array.Clear(now.Places);
            Array.Clear(next.Places);
        }
        return best is null ? null : Written(best);
    }

    /// <summary>Moves every way over one code point (-1: the text's end) into <see cref="next"/>. Returns the places of a way that ended.</summary>
    Noted? Advance(int length, int at, int read, Side before, Side behind, bool isStart)
    {
        passed.Clear();
        for (var i = 0; i < now.Steps.Count + (isStart ? 1 : 0); i++)
        {
            var isNew = i == now.Steps.Count;
            var first = isNew ? steps.Start : now.Steps.Members[i];
            open.Push((first, isNew ? null : now.Places[first]));
            while (open.TryPop(out var way))
            {
                var (step, places) = way;
                if (!passed.Add(step)) continue;
                switch (steps.Kinds[step])
                {
                    case StepKind.Split:
                        open.Push((steps.Y[step], places));
                        open.Push((steps.X[step], places));
                        break;
                    case StepKind.Anchor:
                        if (steps.Holds(step, before, behind)) open.Push((steps.Y[step], places));
                        break;
                    case StepKind.Note:
                        open.Push((steps.Y[step], Note(steps.X[step], at, places)));
                        break;
                    case StepKind.Set:
                        if (read >= 0 && alphabet.Holds(steps.X[step], read) && next.Steps.Add(steps.Y[step])) next.Places[steps.Y[step]] = places;
                        break;
                    default:
                        if (steps.Kinds[step] == StepKind.End && at < length) break;
                        open.Clear();
                        return places; // Those behind are cut off; those before go on and may end later.
                }
            }
        }
        return null;
    }

    Noted Note(int number, int at, Noted? before)
    {
        var length = (before?.Length ?? 0) + 1;
        if (length > 64 + 8 * groups)
        {
            // Groups in a long repetition: only the newest place of each counts.
            var newest = Newest(before);
            (before, length) = (null, 1);
            for (var i = 0; i < newest.Length; i++)
            {
                if (newest[i] >= 0) before = new Noted(i, newest[i], before, length++);
            }
        }
        return new Noted(number, at, before, length);
    }

    int[] Newest(Noted? places)
    {
        var newest = new int[2 * groups];
        Array.Fill(newest, -1);
        for (; places is not null; places = places.Before)
        {
            if (newest[places.Number] < 0) newest[places.Number] = places.At;
        }
        return newest;
    }

    int[] Written(Noted places)
    {
        var newest = Newest(places);
        for (var i = 0; i < newest.Length; i += 2)
        {
            if (newest[i + 1] < 0) newest[i] = -1; // Begun and never ended.
        }
        return newest;
    }

    Side SideBefore(ReadOnlySpan<char> text, int at)
    {
        if (at == 0) return Side.Edge;
        if (steps.Sides is null) return Side.Other;
        Rune.DecodeLastFromUtf16(text[..at], out var rune, out _);
        return steps.Sides[alphabet.ClassOf(rune.Value)];
    }
}
