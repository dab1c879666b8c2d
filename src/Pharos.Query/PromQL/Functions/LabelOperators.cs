using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;
using Pharos.Query.PromQL.Execution;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Query.PromQL.Functions;

/// <summary>label_replace and label_join: one label of each series computed from others.</summary>
/// <param name="compute">The new value, or null to leave the series as it is.</param>
sealed class RelabelOperator(VectorOperator inner, string target, Func<int[], string?> compute, StepGrid grid, QueryContext context) : TableOperator
{
    public override void Dispose()
    {
        base.Dispose();
        inner.Dispose();
    }

    public static RelabelOperator Replace(VectorOperator inner, CallExpr call, StepGrid grid, QueryContext context)
    {
        var target = Text(call, 1);
        var template = Text(call, 2);
        var source = context.Symbols.Name(Text(call, 3));
        Re2 pattern;
        try
        {
            pattern = Re2.CompileAnchored(Text(call, 4));
        }
        catch (Re2SyntaxException)
        {
            throw new PromQlEvaluationException($"invalid regular expression in label_replace(): {Text(call, 4)}");
        }
        CheckName(call, 1, "destination");
        var known = new Dictionary<string, string?>(StringComparer.Ordinal); // Few values stand on many series.
        return new(inner, target, Compute, grid, context);

        string? Compute(int[] pairs)
        {
            var value = context.Symbols.ValueOf(pairs, source);
            if (!known.TryGetValue(value, out var replaced)) known.Add(value, replaced = pattern.Expand(value, template));
            return replaced;
        }
    }

    public static RelabelOperator Join(VectorOperator inner, CallExpr call, StepGrid grid, QueryContext context)
    {
        var target = Text(call, 1);
        var separator = Text(call, 2);
        var sources = new List<int>();
        for (var i = 3; i < call.Arguments.Count; i++)
        {
            CheckName(call, i, "source");
            sources.Add(context.Symbols.Name(Text(call, i)));
        }
        CheckName(call, 1, "destination");
        return new(inner, target, pairs => string.Join(separator, sources.Select(source => context.Symbols.ValueOf(pairs, source))), grid, context);
    }

    protected override Table Build()
    {
        using var input = Table.Of(inner, grid, context);
        var merge = new LabelMerge(grid, context);
        for (var row = 0; row < input.Count; row++)
        {
            if (row % 256 == 0) context.CheckTime(); // A costly pattern meets each value.
            var pairs = input.Pairs(row).ToArray();
            var drops = input.DropsName(row);
            if (compute(pairs) is { } value)
            {
                pairs = context.Symbols.With(pairs, target, value);
                if (target == "__name__") drops = false;
            }
            merge.Add(input, row, pairs, drops);
        }
        return merge.Result;
    }

    static string Text(CallExpr call, int index) => call.Arguments[index].Literal().Value;

    static void CheckName(CallExpr call, int index, string role)
    {
        var name = call.Arguments[index].Literal();
        if (name.Value.Length > 0 && name.Invalid is null) return;
        throw new PromQlEvaluationException($"invalid {role} label name in {call.Function.Name}(): {name.Invalid?.Trim('"')}");
    }
}

/// <summary>sort, sort_desc, sort_by_label, sort_by_label_desc: the order of an instant result. Range results are ordered by labels anyway.</summary>
sealed class SortOperator(VectorOperator inner, bool byValue, bool descending, IReadOnlyList<string> labels, StepGrid grid, QueryContext context) : TableOperator
{
    public override void Dispose()
    {
        base.Dispose();
        inner.Dispose();
    }

    protected override Table Build()
    {
        using var input = Table.Of(inner, grid, context);
        var order = new List<int>(input.Count);
        for (var row = 0; row < input.Count; row++)
        {
            if (byValue && input.Lane(row) is { } lane)
            {
                for (var step = 0; step < grid.Count; step++)
                {
                    if (lane[step] is not null) Presence.Clear(input.Present(row), step);
                }
                if (!Presence.Any(input.Present(row))) continue;
            }
            order.Add(row);
        }
        if (!byValue) order.Sort((left, right) => (descending ? -1 : 1) * ByLabels(input, left, right));
        else if (grid.Count == 1) order.Sort((left, right) => ByValue(input, left, right));
        var output = new Table(grid, context);
        foreach (var row in order) output.CopyRow(input, row, input.Pairs(row), input.DropsName(row));
        return output;
    }

    int ByValue(Table input, int left, int right)
    {
        var (a, b) = (input.Values(left)[0], input.Values(right)[0]);
        if (double.IsNaN(a) != double.IsNaN(b)) return double.IsNaN(a) ? 1 : -1; // NaN comes last either way.
        var order = descending ? b.CompareTo(a) : a.CompareTo(b);
        return order != 0 ? order : left.CompareTo(right);
    }

    int ByLabels(Table input, int left, int right)
    {
        foreach (var label in labels)
        {
            var name = context.Symbols.Name(label);
            var order = NaturalOrder.Compare(context.Symbols.ValueOf(input.Pairs(left), name), context.Symbols.ValueOf(input.Pairs(right), name));
            if (order != 0) return order;
        }
        return context.Symbols.Compare(input.Pairs(left), input.Pairs(right));
    }
}

/// <summary>Order of texts in which runs of digits count as numbers: <c>cpu2</c> before <c>cpu10</c>.</summary>
static class NaturalOrder
{
    public static int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var a = Chunk(left);
            var b = Chunk(right);
            var order = long.TryParse(a, System.Globalization.NumberStyles.None, null, out var x) && long.TryParse(b, System.Globalization.NumberStyles.None, null, out var y)
                ? x.CompareTo(y)
                : a.SequenceCompareTo(b);
            if (order != 0) return order;
            left = left[a.Length..];
            right = right[b.Length..];
        }
        return left.Length - right.Length;
    }

    static ReadOnlySpan<char> Chunk(ReadOnlySpan<char> text)
    {
        var isDigit = char.IsAsciiDigit(text[0]);
        var length = 1;
        while (length < text.Length && char.IsAsciiDigit(text[length]) == isDigit) length++;
        return text[..length];
    }
}
