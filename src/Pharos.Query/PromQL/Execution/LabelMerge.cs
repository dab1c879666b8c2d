namespace Pharos.Query.PromQL.Execution;

/// <summary>Collects rows by label set: rows that came to have the same labels become one, unless both have a sample at the same step.</summary>
sealed class LabelMerge(StepGrid grid, QueryContext context)
{
    readonly PairSetIndex index = new();

    public Table Result { get; } = new(grid, context);

    /// <exception cref="PromQlEvaluationException">Two samples of the same labels and time.</exception>
    public void Add(Table from, int row, ReadOnlySpan<int> pairs, bool drops)
    {
        var at = index.FindOrAdd(pairs, out var added);
        if (added)
        {
            Result.CopyRow(from, row, pairs, drops);
            return;
        }
        var present = from.Present(row);
        if (Presence.Overlaps(present, Result.Present(at))) throw Duplicate();
        var values = from.Values(row);
        var lane = from.Lane(row);
        for (var step = 0; step < grid.Count; step++)
        {
            if (Presence.Has(present, step)) Result.Set(at, step, values[step], lane?[step]);
        }
    }

    public static PromQlEvaluationException Duplicate() => new("vector cannot contain metrics with the same labelset");
}

/// <summary>Removes the metric's name (with type and unit) from rows that are marked so, right after the operation.</summary>
/// <param name="namesAreEqual">All rows have the same name, so that labels stay distinct without it and nothing has to be compared.</param>
sealed class NameRemoval(VectorOperator inner, bool namesAreEqual, StepGrid grid, QueryContext context) : VectorOperator
{
    readonly VectorBatch input = new();
    readonly PairFilter filter = new(context.Symbols, ["__name__", "__type__", "__unit__"], keepsNamed: false);
    Table? merged;
    int[] kept = new int[64];

    public override bool Next(VectorBatch batch)
    {
        if (!namesAreEqual) return (merged ??= Merge()).TryTake(batch);
        batch.Reset(grid.Count);
        if (!inner.Next(input)) return false;
        for (var row = 0; row < input.Count; row++)
        {
            var pairs = input.Pairs(row);
            if (!input.DropsName(row)) batch.CopyRow(input, row, pairs, drops: false);
            else batch.CopyRow(input, row, Without(pairs), drops: false);
        }
        return true;
    }

    public override void Dispose()
    {
        input.Dispose();
        merged?.Dispose();
        inner.Dispose();
    }

    ReadOnlySpan<int> Without(ReadOnlySpan<int> pairs)
    {
        if (kept.Length < pairs.Length) kept = new int[pairs.Length * 2];
        return kept.AsSpan(0, filter.Copy(pairs, kept));
    }

    Table Merge()
    {
        using var all = Table.Of(inner, grid, context);
        var merge = new LabelMerge(grid, context);
        for (var row = 0; row < all.Count; row++) merge.Add(all, row, all.DropsName(row) ? Without(all.Pairs(row)) : all.Pairs(row), drops: false);
        return merge.Result;
    }
}
