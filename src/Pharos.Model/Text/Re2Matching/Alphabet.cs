using System.Text;
using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Model.Text.Re2Matching;

/// <summary>Splits Unicode into classes of code points that a pattern cannot tell apart, so that an automaton counts in classes.</summary>
/// <remarks>
/// <para>Method: each set of the pattern gets a number of its own with well mixed bits; a sweep over the bounds of all sets xors those that
/// hold the present code point. Stretches with one sum are one class. O(n log n) in the ranges of all sets.</para>
/// <para>Threads: immutable, safe for all.</para>
/// </remarks>
sealed class Alphabet
{
    readonly int[] ascii = new int[128];
    readonly int[] starts;
    readonly int[] classes;
    readonly ulong[][] members;

    /// <param name="sets">The distinct sets of the pattern.</param>
    public Alphabet(IReadOnlyList<CodePointSet> sets)
    {
        var bounds = new List<(int At, ulong Mark)>();
        for (var i = 0; i < sets.Count; i++)
        {
            var mark = Mixed((ulong)i);
            foreach (var (from, to) in sets[i].Ranges)
            {
                bounds.Add((from, mark));
                bounds.Add((to + 1, mark));
            }
        }
        bounds.Sort(static (left, right) => left.At.CompareTo(right.At));
        var known = new Dictionary<ulong, int> { [0] = 0 };
        var (foundStarts, foundClasses) = (new List<int> { 0 }, new List<int> { 0 });
        var sum = 0UL;
        for (var i = 0; i < bounds.Count;)
        {
            var at = bounds[i].At;
            for (; i < bounds.Count && bounds[i].At == at; i++) sum ^= bounds[i].Mark;
            if (!known.TryGetValue(sum, out var number)) known.Add(sum, number = known.Count);
            if (at == 0) foundClasses[0] = number;
            else if (number != foundClasses[^1])
            {
                foundStarts.Add(at);
                foundClasses.Add(number);
            }
        }
        (starts, classes) = ([.. foundStarts], [.. foundClasses]);
        Count = known.Count;
        for (var c = 0; c < ascii.Length; c++) ascii[c] = Find(c);
        members = new ulong[sets.Count][];
        for (var i = 0; i < members.Length; i++) members[i] = MembersOf(sets[i]);
    }

    public int Count { get; }

    /// <summary>Of a code point; half a surrogate pair counts as the replacement character, as in UTF-8.</summary>
    public int ClassOf(int codePoint) => (uint)codePoint < 128 ? ascii[codePoint] : Find(codePoint);

    /// <summary>Class of the code point at a place of the text, which is moved behind it.</summary>
    public int Next(ReadOnlySpan<char> text, ref int at)
    {
        var c = text[at];
        if (c < 128)
        {
            at++;
            return ascii[c];
        }
        Rune.DecodeFromUtf16(text[at..], out var rune, out var used);
        at += used;
        return Find(rune.Value);
    }

    public bool Holds(int set, int number) => (members[set][number >> 6] >> (number & 63) & 1) != 0;

    /// <summary>SplitMix64.</summary>
    static ulong Mixed(ulong number)
    {
        number = (number + 1) * 0x9E3779B97F4A7C15;
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
        return number ^ (number >> 31);
    }

    int Find(int codePoint)
    {
        var at = Array.BinarySearch(starts, codePoint);
        return classes[at >= 0 ? at : ~at - 1];
    }

    ulong[] MembersOf(CodePointSet set)
    {
        var bits = new ulong[(Count >> 6) + 1];
        foreach (var (from, to) in set.Ranges)
        {
            var at = Array.BinarySearch(starts, from);
            for (at = at >= 0 ? at : ~at - 1; at < starts.Length && starts[at] <= to; at++) bits[classes[at] >> 6] |= 1UL << (classes[at] & 63);
        }
        return bits;
    }
}
