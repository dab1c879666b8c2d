using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Execution;

/// <summary>and, or, unless: whole samples of one side, chosen by whether the other side has the same matching labels at that step.</summary>
sealed class SetOperator(BinaryExpr expression, VectorOperator left, VectorOperator right, StepGrid grid, QueryContext context) : TableOperator
{
    readonly Signatures signatures = new(expression.Matching!, context.Symbols);
    readonly List<ulong[]> presence = [];

    public override void Dispose()
    {
        base.Dispose();
        left.Dispose();
        right.Dispose();
    }

    protected override Table Build()
    {
        using var lefts = Table.Of(left, grid, context);
        using var rights = Table.Of(right, grid, context);
        if (expression.Operator == BinaryOperator.Or) return Or(lefts, rights);
        Collect(rights);
        var output = new Table(grid, context);
        for (var row = 0; row < lefts.Count; row++)
        {
            var signature = signatures.Find(lefts.Pairs(row));
            var isAnd = expression.Operator == BinaryOperator.And;
            if (signature < 0 && isAnd) continue;
            var added = output.CopyRow(lefts, row, lefts.Pairs(row), lefts.DropsName(row));
            if (signature < 0) continue;
            if (isAnd) Presence.And(output.Present(added), presence[signature]);
            else Presence.AndNot(output.Present(added), presence[signature]);
        }
        return output;
    }

    Table Or(Table lefts, Table rights)
    {
        Collect(lefts);
        var merge = new LabelMerge(grid, context);
        for (var row = 0; row < lefts.Count; row++) merge.Add(lefts, row, lefts.Pairs(row), lefts.DropsName(row));
        for (var row = 0; row < rights.Count; row++)
        {
            var signature = signatures.Find(rights.Pairs(row));
            if (signature >= 0) Presence.AndNot(rights.Present(row), presence[signature]);
            if (Presence.Any(rights.Present(row))) merge.Add(rights, row, rights.Pairs(row), rights.DropsName(row));
        }
        return merge.Result;
    }

    void Collect(Table table)
    {
        for (var row = 0; row < table.Count; row++)
        {
            var signature = signatures.FindOrAdd(table.Pairs(row));
            if (signature == presence.Count) presence.Add(new ulong[Presence.Words(grid.Count)]);
            Presence.Or(presence[signature], table.Present(row));
        }
    }
}

/// <summary>Numbers for the labels by which series of two vectors match.</summary>
sealed class Signatures(VectorMatching matching, QuerySymbols symbols)
{
    readonly PairFilter filter = matching.IsOn ? new(symbols, matching.Labels, keepsNamed: true) : PairFilter.AllBut(symbols, matching.Labels);
    readonly PairSetIndex index = new();
    int[] kept = new int[64];

    public int FindOrAdd(ReadOnlySpan<int> pairs) => index.FindOrAdd(MatchLabels(pairs));

    public int Find(ReadOnlySpan<int> pairs) => index.Find(MatchLabels(pairs));

    /// <summary>The pairs that count for matching; valid until the next call.</summary>
    public ReadOnlySpan<int> MatchLabels(ReadOnlySpan<int> pairs)
    {
        if (kept.Length < pairs.Length) kept = new int[pairs.Length * 2];
        return kept.AsSpan(0, filter.Copy(pairs, kept));
    }
}
