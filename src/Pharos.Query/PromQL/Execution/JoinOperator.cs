using Pharos.Model.Samples;
using Pharos.Query.PromQL.Numbers;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Execution;

/// <summary>Arithmetic and comparison between two vectors: series meet by their matching labels, one to one or many to one.</summary>
/// <remarks>Matching is done once for series, not for samples; which of several candidates has a sample at a step is seen in the bitmaps.
/// "Many" is the left side except under group_right; values always keep the order in which they were written.</remarks>
sealed class JoinOperator(BinaryExpr expression, VectorOperator left, VectorOperator right, StepGrid grid, QueryContext context) : TableOperator
{
    readonly VectorMatching matching = expression.Matching!;
    readonly Signatures signatures = new(expression.Matching!, context.Symbols);
    readonly ElementOperator element = new(expression, context);
    readonly JoinLabels labels = new(expression, context.Symbols);
    readonly ulong[] matched = new ulong[Presence.Words(grid.Count)];
    readonly PairSetIndex outputs = new();
    readonly Dictionary<(int Signature, int Output), ulong[]> seen = [];
    readonly List<ulong[]> matchedOfSignature = [];
    Table output = null!;
    double[]? fillColumn;

    bool IsSwapped => matching.Cardinality == MatchCardinality.OneToMany;

    bool IsOneToOne => matching.Cardinality == MatchCardinality.OneToOne;

    /// <summary>As in Prometheus, the sides of the fill modifiers are those of <c>group_left</c>, also where "many" is the right side.</summary>
    double? FillMany => matching.FillLeft;

    double? FillOne => matching.FillRight;

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
        output = new Table(grid, context);
        var (many, one) = IsSwapped ? (rights, lefts) : (lefts, rights);
        var oneRows = Group(one);
        CheckOneSide(many, one, oneRows);
        for (var row = 0; row < many.Count; row++)
        {
            if (row % 256 == 0) context.CheckTime();
            JoinRow(many, row, one, oneRows);
        }
        if (FillMany is { } fill) FillMissingMany(one, fill);
        return output;
    }

    /// <summary>Rows of the "one" side by signature.</summary>
    List<List<int>> Group(Table one)
    {
        var groups = new List<List<int>>();
        for (var row = 0; row < one.Count; row++)
        {
            var signature = signatures.FindOrAdd(one.Pairs(row));
            if (signature == groups.Count) groups.Add([]);
            groups[signature].Add(row);
        }
        return groups;
    }

    void JoinRow(Table many, int row, Table one, List<List<int>> oneRows)
    {
        var pairs = many.Pairs(row);
        var signature = FillOne is null ? signatures.Find(pairs) : signatures.FindOrAdd(pairs);
        if (signature < 0) return;
        var unmatched = FillOne is null ? null : many.Present(row).ToArray();
        if (signature < oneRows.Count)
        {
            foreach (var oneRow in oneRows[signature])
            {
                many.Present(row).CopyTo(matched);
                Presence.And(matched, one.Present(oneRow));
                if (!Presence.Any(matched)) continue;
                if (unmatched is not null) Presence.AndNot(unmatched, matched);
                Combine(signature, pairs, many.Values(row), many.Lane(row), many.DropsName(row), one.Pairs(oneRow), one.Values(oneRow), one.Lane(oneRow));
            }
        }
        if (unmatched is null || !Presence.Any(unmatched)) return;
        unmatched.CopyTo(matched, 0);
        Combine(signature, pairs, many.Values(row), many.Lane(row), many.DropsName(row), signatures.MatchLabels(pairs).ToArray(), Filled(FillOne!.Value), null);
    }

    /// <summary>Series of the "one" side that nothing matched meet the fill value.</summary>
    void FillMissingMany(Table one, double fill)
    {
        for (var row = 0; row < one.Count; row++)
        {
            var pairs = one.Pairs(row);
            var signature = signatures.Find(pairs);
            one.Present(row).CopyTo(matched);
            if (signature < matchedOfSignature.Count) Presence.AndNot(matched, matchedOfSignature[signature]);
            if (!Presence.Any(matched)) continue;
            Combine(signature, signatures.MatchLabels(pairs).ToArray(), Filled(fill), null, false, pairs, one.Values(row), one.Lane(row), isFilledMany: true);
        }
    }

    /// <summary>Computes the steps in <see cref="matched"/> of one pair of series and adds them to the output row of their labels.</summary>
    void Combine(int signature, ReadOnlySpan<int> manyPairs, ReadOnlySpan<double> many, FloatHistogram?[]? manyLane, bool manyDrops,
        ReadOnlySpan<int> onePairs, ReadOnlySpan<double> one, FloatHistogram?[]? oneLane, bool isFilledMany = false)
    {
        var pairs = labels.Of(manyPairs, onePairs, isEager: !context.Options.DelayedNameRemoval);
        var at = outputs.FindOrAdd(pairs, out var added);
        if (added) output.AddRow(pairs, drops: expression.ReturnsBool || (manyDrops && expression.Operator.IsComparison()));
        MarkMatched(signature, at, isFilledMany);
        var leftValues = IsSwapped ? one : many;
        var rightValues = IsSwapped ? many : one;
        var (leftLane, rightLane) = IsSwapped ? (oneLane, manyLane) : (manyLane, oneLane);
        if (leftLane is null && rightLane is null && !expression.Operator.IsComparison() && expression.Operator < BinaryOperator.And)
        {
            if (Presence.Overlaps(matched, output.Present(at))) throw LabelMerge.Duplicate();
            if (added) Arithmetic.Apply(expression.Operator, leftValues, rightValues, output.Values(at));
            else ApplyMatched(leftValues, rightValues, output.Values(at));
            Presence.Or(output.Present(at), matched);
            return;
        }
        for (var step = 0; step < grid.Count; step++)
        {
            if (!Presence.Has(matched, step)) continue;
            if (!element.TryCompute(leftValues[step], leftLane?[step], rightValues[step], rightLane?[step], out var value, out var histogram, out var keeps)) continue;
            if (!keeps && !expression.ReturnsBool) continue;
            if (Presence.Has(output.Present(at), step)) throw LabelMerge.Duplicate();
            if (expression.ReturnsBool) output.Set(at, step, keeps ? 1 : 0, null);
            else output.Set(at, step, value, histogram);
        }
    }

    void ApplyMatched(ReadOnlySpan<double> leftValues, ReadOnlySpan<double> rightValues, Span<double> values)
    {
        for (var step = 0; step < values.Length; step++)
        {
            if (Presence.Has(matched, step)) values[step] = Arithmetic.Value(expression.Operator, leftValues[step], rightValues[step]);
        }
    }

    /// <summary>Remembers which steps of a signature have met, and refuses a second meeting that the grouping does not allow.</summary>
    void MarkMatched(int signature, int outputRow, bool isFilledMany)
    {
        while (matchedOfSignature.Count <= signature) matchedOfSignature.Add(new ulong[matched.Length]);
        var all = matchedOfSignature[signature];
        if (IsOneToOne)
        {
            if (Presence.Overlaps(all, matched)) throw new PromQlEvaluationException("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
        }
        else if (!isFilledMany && Presence.Overlaps(all, matched))
        {
            var key = (signature, outputRow);
            if (seen.TryGetValue(key, out var steps) && Presence.Overlaps(steps, matched)) throw GroupingNotUnique();
        }
        if (!IsOneToOne)
        {
            if (!seen.TryGetValue((signature, outputRow), out var steps)) seen.Add((signature, outputRow), steps = new ulong[matched.Length]);
            Presence.Or(steps, matched);
        }
        Presence.Or(all, matched);
    }

    static PromQlEvaluationException GroupingNotUnique() => new("multiple matches for labels: grouping labels must ensure unique matches");

    /// <summary>At no step may two series of the "one" side have the same signature, if the other side has any sample then.</summary>
    void CheckOneSide(Table many, Table one, List<List<int>> oneRows)
    {
        ulong[]? anyMany = null;
        foreach (var rows in oneRows)
        {
            if (rows.Count < 2) continue;
            var union = one.Present(rows[0]).ToArray();
            for (var i = 1; i < rows.Count; i++)
            {
                if (Presence.Overlaps(union, one.Present(rows[i])))
                {
                    anyMany ??= AnyStep(many);
                    for (var j = 0; j < i; j++)
                    {
                        one.Present(rows[i]).CopyTo(matched);
                        Presence.And(matched, one.Present(rows[j]));
                        Presence.And(matched, anyMany);
                        if (Presence.Any(matched)) throw DuplicateOnOneSide(one, rows[j], rows[i]);
                    }
                }
                Presence.Or(union, one.Present(rows[i]));
            }
        }
    }

    ulong[] AnyStep(Table many)
    {
        var any = new ulong[matched.Length];
        if (FillMany is not null || FillOne is not null) Array.Fill(any, ulong.MaxValue);
        for (var row = 0; row < many.Count; row++) Presence.Or(any, many.Present(row));
        return any;
    }

    PromQlEvaluationException DuplicateOnOneSide(Table one, int first, int second) => new(
        $"found duplicate series for the match group {context.Symbols.Text(signatures.MatchLabels(one.Pairs(first)))} on the {(IsSwapped ? "left" : "right")} hand-side of the operation: "
        + $"[{context.Symbols.Text(one.Pairs(first))}, {context.Symbols.Text(one.Pairs(second))}];many-to-many matching not allowed: matching labels must be unique on one side");

    double[] Filled(double value)
    {
        fillColumn ??= new double[grid.Count];
        Array.Fill(fillColumn, value);
        return fillColumn;
    }
}

/// <summary>Labels of a joined series: those of the "many" side; one to one only the matching labels, else with labels copied from the "one" side.</summary>
sealed class JoinLabels(BinaryExpr expression, QuerySymbols symbols)
{
    readonly VectorMatching matching = expression.Matching!;
    readonly PairFilter? filter = expression.Matching!.Cardinality == MatchCardinality.OneToOne ? new(symbols, expression.Matching.Labels, keepsNamed: expression.Matching.IsOn) : null;
    int[] kept = new int[64];

    public ReadOnlySpan<int> Of(ReadOnlySpan<int> many, ReadOnlySpan<int> one, bool isEager)
    {
        if (kept.Length < many.Length) kept = new int[many.Length * 2];
        var dropsName = expression.Operator <= BinaryOperator.Atan2 || (expression.ReturnsBool && isEager);
        var count = 0;
        foreach (var pair in many)
        {
            if (filter is not null && !filter.Keeps(pair)) continue;
            if (dropsName && symbols.IsMetadata(pair)) continue;
            kept[count++] = pair;
        }
        ReadOnlySpan<int> labels = kept.AsSpan(0, count);
        foreach (var name in matching.Include) labels = symbols.With(labels, name, symbols.ValueOf(one, symbols.Name(name)));
        return labels;
    }
}
