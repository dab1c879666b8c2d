namespace Pharos.Query.PromQL.Execution;

/// <summary>Which pairs of a label set count: those with the given names, or all without them.</summary>
/// <remarks>The answer for each pair number is remembered in a table, so that grouping a series costs one look-up a label.</remarks>
sealed class PairFilter
{
    readonly QuerySymbols symbols;
    readonly int[] names;
    readonly bool keepsNamed;
    byte[] known = new byte[1024];

    /// <param name="keepsNamed">True: only the names are kept (<c>by</c>, <c>on</c>); false: all but the names (<c>without</c>, <c>ignoring</c>).</param>
    public PairFilter(QuerySymbols symbols, IEnumerable<string> names, bool keepsNamed)
    {
        this.symbols = symbols;
        this.names = [.. names.Select(symbols.Name)];
        this.keepsNamed = keepsNamed;
    }

    /// <summary>The matching labels of <c>without</c> and <c>ignoring</c>: never the metric's name.</summary>
    public static PairFilter AllBut(QuerySymbols symbols, IEnumerable<string> names) => new(symbols, names.Append("__name__"), keepsNamed: false);

    public bool Keeps(int pair)
    {
        if ((uint)pair < (uint)known.Length && known[pair] != 0) return known[pair] == 1;
        return KeepsSlow(pair);
    }

    /// <summary>Copies the kept pairs and returns how many there are.</summary>
    public int Copy(ReadOnlySpan<int> pairs, Span<int> kept)
    {
        var count = 0;
        foreach (var pair in pairs)
        {
            if (Keeps(pair)) kept[count++] = pair;
        }
        return count;
    }

    bool KeepsSlow(int pair)
    {
        var keeps = names.AsSpan().Contains(symbols.NameOf(pair)) == keepsNamed;
        if (pair >= 0)
        {
            if (pair >= known.Length) Array.Resize(ref known, Math.Max(pair + 1, known.Length * 2));
            known[pair] = keeps ? (byte)1 : (byte)2;
        }
        return keeps;
    }
}
