using System.Collections.Frozen;
using System.Text;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>A set of Unicode code points, as ascending ranges that neither touch nor overlap.</summary>
sealed class CodePointSet
{
    public const int Last = 0x10FFFF;

    public static readonly CodePointSet Any = new([(0, Last)]);

    public static readonly CodePointSet AnyButNewline = Of('\n').Complement();

    /// <summary>Code points that only differ in case, for each that has such. Made once, on first use.</summary>
    static readonly Lazy<FrozenDictionary<int, int[]>> Folds = new(MakeFolds);

    CodePointSet((int From, int To)[] ranges) => Ranges = ranges;

    public IReadOnlyList<(int From, int To)> Ranges { get; }

    /// <summary>The only code point of the set, or -1.</summary>
    public int Single => Ranges is [var (from, to)] && from == to ? from : -1;

    public bool IsAny => Ranges is [(0, Last)];

    public static CodePointSet Of(int codePoint) => new([(codePoint, codePoint)]);

    public static CodePointSet Union(IEnumerable<(int From, int To)> ranges)
    {
        var merged = new List<(int From, int To)>();
        foreach (var range in ranges.Order())
        {
            if (merged.Count > 0 && range.From <= merged[^1].To + 1) merged[^1] = (merged[^1].From, Math.Max(merged[^1].To, range.To));
            else merged.Add(range);
        }
        return new([.. merged]);
    }

    public CodePointSet Complement()
    {
        var gaps = new List<(int, int)>();
        var next = 0;
        foreach (var (from, to) in Ranges)
        {
            if (from > next) gaps.Add((next, from - 1));
            next = to + 1;
        }
        if (next <= Last) gaps.Add((next, Last));
        return new([.. gaps]);
    }

    /// <summary>The set with everything that differs from a member only in case.</summary>
    public CodePointSet FoldCase()
    {
        var all = new List<(int, int)>(Ranges);
        foreach (var (codePoint, others) in Folds.Value)
        {
            if (!Contains(codePoint)) continue;
            foreach (var other in others) all.Add((other, other));
        }
        return Union(all);
    }

    public bool Contains(int codePoint)
    {
        foreach (var (from, to) in Ranges)
        {
            if (codePoint <= to) return codePoint >= from;
        }
        return false;
    }

    static FrozenDictionary<int, int[]> MakeFolds()
    {
        var orbits = new Dictionary<int, List<int>>();
        for (var c = 0; c < 0x1F000; c++)
        {
            if (!Rune.IsValid(c)) continue;
            var upper = Rune.ToUpperInvariant(new Rune(c));
            var key = c switch { 0x212A => 'K', 0x17F => 'S', 0x212B => 0xC5, 0x3C2 => 0x3A3, _ => upper.Value };
            if (!orbits.TryGetValue(key, out var orbit)) orbits[key] = orbit = [];
            orbit.Add(c);
        }
        return orbits.Values.Where(orbit => orbit.Count > 1)
            .SelectMany(orbit => orbit.Select(c => KeyValuePair.Create(c, orbit.Where(other => other != c).ToArray())))
            .ToFrozenDictionary();
    }
}
