using System.Collections.Frozen;
using System.Text;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>Code points that only differ in case. Made once, on first use.</summary>
/// <remarks>Two letters belong together when one is the other raised or lowered, or both belong to a third: k, K and the Kelvin sign. The dotted İ
/// and the dotless ı stand alone, as in RE2. Source: Unicode's CaseFolding.txt, simple foldings.</remarks>
static class CaseFolds
{
    static readonly FrozenDictionary<int, int[]> Orbits = MakeOrbits();

    static readonly char[] Lowest = MakeLowest();

    public static IEnumerable<KeyValuePair<int, int[]>> All => Orbits;

    /// <summary>All that differ from the code point only in case, with itself, ascending; empty when there are no others.</summary>
    public static ReadOnlySpan<int> Of(int codePoint) => Orbits.TryGetValue(codePoint, out var orbit) ? orbit : [];

    /// <summary>One and the same for all characters that only differ in case.</summary>
    public static char Canonical(char c) => Lowest[c];

    static FrozenDictionary<int, int[]> MakeOrbits()
    {
        var orbits = new Dictionary<int, HashSet<int>>();
        for (var c = 0; c < 0x1F000; c++)
        {
            if (!Rune.IsValid(c) || c is 'İ' or 'ı') continue;
            Join(c, GoCase.ToUpper(new Rune(c)).Value);
            Join(c, GoCase.ToLower(new Rune(c)).Value);
        }
        return orbits.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Order().ToArray());

        void Join(int one, int other)
        {
            if (one == other) return;
            var all = new HashSet<int> { one, other };
            if (orbits.TryGetValue(one, out var first)) all.UnionWith(first);
            if (orbits.TryGetValue(other, out var second)) all.UnionWith(second);
            foreach (var member in all) orbits[member] = all;
        }
    }

    static char[] MakeLowest()
    {
        var lowest = new char[0x10000];
        for (var c = 0; c < lowest.Length; c++) lowest[c] = (char)(Orbits.TryGetValue(c, out var orbit) ? orbit[0] : c);
        return lowest;
    }
}
