using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Aggregations;

/// <summary>Tells each series its group: the number of its kept labels, in order of first appearance.</summary>
sealed class GroupedRows
{
    readonly PairFilter? filter;
    int[] kept = new int[64];

    public GroupedRows(QuerySymbols symbols, IEnumerable<string> labels, bool isWithout)
    {
        var names = labels.ToArray();
        filter = isWithout ? PairFilter.AllBut(symbols, names) : names.Length == 0 ? null : new(symbols, names, keepsNamed: true);
    }

    public GroupedRows(QuerySymbols symbols, AggregateExpr aggregate) : this(symbols, aggregate.Grouping, aggregate.IsWithout)
    {
    }

    public PairSetIndex Groups { get; } = new();

    public int GroupOf(ReadOnlySpan<int> pairs)
    {
        if (filter is null) return Groups.FindOrAdd([]); // One group for all: the labels do not matter.
        if (kept.Length < pairs.Length) kept = new int[pairs.Length * 2];
        var count = filter.Copy(pairs, kept);
        return Groups.FindOrAdd(kept.AsSpan(0, count));
    }
}
