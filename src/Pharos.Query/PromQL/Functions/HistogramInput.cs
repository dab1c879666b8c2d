using Pharos.Model.Samples;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Histograms;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Functions;

/// <summary>A vector seen as histograms: classic ones put together from their <c>le</c> series, native ones as they are.</summary>
/// <remarks>Where the same labels have both kinds at a step, neither is used, and that is told.</remarks>
sealed class HistogramInput : IDisposable
{
    readonly QueryContext context;
    readonly Table table;
    readonly TextSpan span;
    readonly PairSetIndex index = new();
    readonly List<Member> members = [];
    readonly List<ClassicBucket> buckets = [];

    public HistogramInput(VectorOperator inner, StepGrid grid, TextSpan span, QueryContext context)
    {
        this.context = context;
        this.span = span;
        table = Table.Of(inner, grid, context);
        var le = context.Symbols.Name("le");
        var withoutLe = new PairFilter(context.Symbols, ["le"], keepsNamed: false);
        var kept = new int[64];
        for (var row = 0; row < table.Count; row++)
        {
            var pairs = table.Pairs(row);
            if (table.Lane(row) is not null) MemberOf(pairs).Native = row;
            if (table.Lane(row) is { } lane && !HasFloat(table.Present(row), lane)) continue;
            var bucket = context.Symbols.Find(pairs, le);
            if (bucket is null || !BucketLabel.TryParse(context.Symbols.Value(bucket.Value), out var bound))
            {
                context.Notes.Warn(span, NoteText.BadBucketLabel(context.MetricOf(pairs), bucket is null ? "" : context.Symbols.Value(bucket.Value)));
                continue;
            }
            if (kept.Length < pairs.Length) kept = new int[pairs.Length * 2];
            MemberOf(kept.AsSpan(0, withoutLe.Copy(pairs, kept))).Buckets.Add((bound, row));
        }
        foreach (var member in members) member.Buckets.Sort(static (left, right) => left.Bound != right.Bound ? left.Bound.CompareTo(right.Bound) : left.Row.CompareTo(right.Row));
    }

    public int Count => members.Count;

    /// <summary>Labels without <c>le</c>.</summary>
    public ReadOnlySpan<int> Pairs(int member) => index[member];

    /// <summary>The metric's name for notes; gone already when names are removed at once.</summary>
    public string Metric(int member) => context.Options.DelayedNameRemoval ? context.MetricOf(index[member]) : "";

    /// <summary>What the member has at a step: a native histogram, or classic buckets (valid until the next call), or nothing.</summary>
    public (FloatHistogram? Native, List<ClassicBucket>? Classic) At(int member, int step)
    {
        var each = members[member];
        buckets.Clear();
        foreach (var (bound, row) in each.Buckets)
        {
            if (Presence.Has(table.Present(row), step) && table.HistogramAt(row, step) is null) buckets.Add(new(bound, table.Values(row)[step]));
        }
        var native = each.Native >= 0 && Presence.Has(table.Present(each.Native), step) ? table.HistogramAt(each.Native, step) : null;
        if (native is null) return (null, buckets.Count > 0 ? buckets : null);
        if (buckets.Count == 0) return (native, null);
        context.Notes.Warn(span, NoteText.MixedClassicNative(context.MetricOf(index[member])));
        return (null, null);
    }

    public void Dispose() => table.Dispose();

    static bool HasFloat(ReadOnlySpan<ulong> present, FloatHistogram?[] lane)
    {
        for (var step = 0; step < lane.Length; step++)
        {
            if (lane[step] is null && Presence.Has(present, step)) return true;
        }
        return false;
    }

    Member MemberOf(ReadOnlySpan<int> pairs)
    {
        var at = index.FindOrAdd(pairs, out var added);
        if (added) members.Add(new());
        return members[at];
    }

    sealed class Member
    {
        public List<(double Bound, int Row)> Buckets { get; } = [];

        public int Native { get; set; } = -1;
    }
}

/// <summary>histogram_quantile(q, v), and histogram_quantiles(v, "label", q...) which says in a label which quantile it is.</summary>
/// <param name="label">Null for histogram_quantile.</param>
sealed class HistogramQuantileOperator(VectorOperator inner, Expr vector, string? label, (ScalarColumn Column, Expr Argument)[] quantiles, StepGrid grid, QueryContext context) : TableOperator
{
    public override void Dispose()
    {
        base.Dispose();
        inner.Dispose();
        foreach (var (column, _) in quantiles) column.Dispose();
    }

    protected override Table Build()
    {
        foreach (var (column, argument) in quantiles)
        {
            foreach (var q in column.Values())
            {
                if (q is not (>= 0 and <= 1)) context.Notes.Warn(argument.Span, NoteText.InvalidQuantile(q));
            }
        }
        using var input = new HistogramInput(inner, grid, vector.Span, context);
        var output = new Table(grid, context);
        var merge = new PairSetIndex();
        foreach (var (column, _) in quantiles)
        {
            var values = column.Values();
            for (var member = 0; member < input.Count; member++)
            {
                if (member % 256 == 0) context.CheckTime();
                AddMember(input, member, values, output, merge);
            }
        }
        return output;
    }

    void AddMember(HistogramInput input, int member, double[] values, Table output, PairSetIndex merge)
    {
        var row = -1;
        for (var step = 0; step < grid.Count; step++)
        {
            var (native, classic) = input.At(member, step);
            if (native is null && classic is null) continue;
            var value = native is not null ? OfNative(native, values[step], input.Metric(member)) : OfClassic(classic!, values[step], input.Metric(member), step);
            if (row < 0 || label is not null) row = RowOf(input.Pairs(member), values[step], output, merge);
            if (Presence.Has(output.Present(row), step)) throw LabelMerge.Duplicate(); // The label was there before, and told two series apart.
            output.Set(row, step, value, null);
        }
    }

    int RowOf(ReadOnlySpan<int> pairs, double q, Table output, PairSetIndex merge)
    {
        var labelled = label is null ? pairs : context.Symbols.With(pairs, label, BucketLabel.Format(q));
        var row = merge.FindOrAdd(labelled, out var added);
        if (added) output.AddRow(labelled, drops: true);
        return row;
    }

    double OfNative(FloatHistogram histogram, double q, string metric)
    {
        var value = NativeQuantile.Quantile(q, histogram, out var effect);
        if (effect == NaNEffect.ResultIsNaN) context.Notes.Inform(vector.Span, NoteText.QuantileNaNResult(metric));
        if (effect == NaNEffect.ResultIsSkewed) context.Notes.Inform(vector.Span, NoteText.QuantileNaNSkew(metric));
        return value;
    }

    double OfClassic(List<ClassicBucket> buckets, double q, string metric, int step)
    {
        var value = ClassicBuckets.Quantile(q, buckets, out var mending);
        if (mending is { } mended) context.Notes.InformForcedMonotonicity(vector.Span, metric, grid.At(step), mended.MinBucket, mended.MaxBucket, mended.MaxDifference);
        return value;
    }
}

/// <summary>histogram_fraction(lower, upper, v).</summary>
sealed class HistogramFractionOperator(CallExpr call, VectorOperator inner, ScalarColumn lower, ScalarColumn upper, StepGrid grid, QueryContext context) : TableOperator
{
    public override void Dispose()
    {
        base.Dispose();
        inner.Dispose();
        lower.Dispose();
        upper.Dispose();
    }

    protected override Table Build()
    {
        using var input = new HistogramInput(inner, grid, call.Arguments[2].Span, context);
        var output = new Table(grid, context);
        for (var member = 0; member < input.Count; member++)
        {
            var row = -1;
            for (var step = 0; step < grid.Count; step++)
            {
                var (native, classic) = input.At(member, step);
                if (native is null && classic is null) continue;
                if (row < 0) row = output.AddRow(input.Pairs(member), drops: true);
                if (native is not null && double.IsNaN(native.Sum)) context.Notes.Inform(call.Arguments[2].Span, NoteText.FractionNaN(input.Metric(member)));
                var value = native is not null
                    ? NativeQuantile.Fraction(lower.Values()[step], upper.Values()[step], native)
                    : ClassicBuckets.Fraction(lower.Values()[step], upper.Values()[step], classic!);
                output.Set(row, step, value, null);
            }
        }
        return output;
    }
}
