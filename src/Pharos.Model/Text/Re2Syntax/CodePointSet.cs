namespace Pharos.Model.Text.Re2Syntax;

/// <summary>A set of Unicode code points, as ascending ranges that neither touch nor overlap. Equal when they hold the same.</summary>
sealed class CodePointSet : IEquatable<CodePointSet>
{
    public const int Last = 0x10FFFF;

    public static readonly CodePointSet Any = new([(0, Last)]);

    public static readonly CodePointSet AnyButNewline = Of('\n').Complement();

    CodePointSet? complement;
    CodePointSet? folded;

    readonly (int From, int To)[] ranges;

    CodePointSet((int From, int To)[] ranges) => this.ranges = ranges;

    public IReadOnlyList<(int From, int To)> Ranges => ranges;

    /// <summary>The only code point of the set, or -1.</summary>
    public int Single => ranges is [var (from, to)] && from == to ? from : -1;

    public bool IsAny => ranges is [(0, Last)];

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

    public CodePointSet Complement() => complement ??= MakeComplement();

    /// <summary>The set with everything that differs from a member only in case.</summary>
    public CodePointSet FoldCase() => folded ??= MakeFolded();

    public bool Contains(int codePoint)
    {
        if (ranges.Length <= 8)
        {
            foreach (var (from, to) in ranges)
            {
                if (codePoint <= to) return codePoint >= from;
            }
            return false;
        }
        var (low, high) = (0, ranges.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (codePoint <= ranges[middle].To) high = middle;
            else low = middle + 1;
        }
        return ranges[low].From <= codePoint && codePoint <= ranges[low].To;
    }

    public bool Equals(CodePointSet? other) => ReferenceEquals(this, other) || (other is not null && ranges.AsSpan().SequenceEqual(other.ranges));

    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    public override int GetHashCode() => ranges.Length == 0 ? 0 : HashCode.Combine(ranges.Length, ranges[0].From, ranges[^1].To);

    CodePointSet MakeComplement()
    {
        var gaps = new List<(int, int)>();
        var next = 0;
        foreach (var (from, to) in ranges)
        {
            if (from > next) gaps.Add((next, from - 1));
            next = to + 1;
        }
        if (next <= Last) gaps.Add((next, Last));
        return new([.. gaps]);
    }

    CodePointSet MakeFolded()
    {
        if (Single is >= 0 and var single)
        {
            var alike = CaseFolds.Of(single);
            return alike.IsEmpty ? this : Union(alike.ToArray().Select(c => (c, c)));
        }
        var all = new List<(int, int)>(ranges);
        foreach (var (codePoint, orbit) in CaseFolds.All)
        {
            if (!Contains(codePoint)) continue;
            foreach (var other in orbit) all.Add((other, other));
        }
        return Union(all);
    }
}
