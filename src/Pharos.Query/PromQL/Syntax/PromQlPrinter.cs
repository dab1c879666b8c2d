using System.Globalization;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Model.Time;

namespace Pharos.Query.PromQL.Syntax;

/// <summary>Prints expressions as Prometheus does: on one line, or laid out over several when they are long.</summary>
public static class PromQlPrinter
{
    const int LongestLine = 100;

    public static string Print(Expr expr)
    {
        var text = new StringBuilder();
        Append(text, expr);
        return text.ToString();
    }

    /// <summary>The layout of <c>format_query</c>: two blanks a level, a line broken only when it would pass 100 characters.</summary>
    public static string Pretty(Expr expr, int level = 0)
    {
        var line = Print(expr);
        var indent = new string(' ', level * 2);
        if (line.Length <= LongestLine) return indent + line;
        return expr switch
        {
            AggregateExpr aggregate => $"{indent}{Head(aggregate)}(\n{(aggregate.Parameter is null ? "" : $"{Pretty(aggregate.Parameter, level + 1)},\n")}{Pretty(aggregate.Inner, level + 1)}\n{indent})",
            BinaryExpr binary => $"{Pretty(binary.Left, level + 1)}\n{indent}{OperatorWithModifiers(binary)}\n{Pretty(binary.Right, level + 1)}",
            CallExpr { Arguments.Count: > 0 } call => $"{indent}{call.Function.Name}(\n{string.Join(",\n", call.Arguments.Select(argument => Pretty(argument, level + 1)))}\n{indent})",
            ParenExpr paren => $"{indent}(\n{Pretty(paren.Inner, level + 1)}\n{indent})",
            SubqueryExpr subquery => $"{Pretty(subquery.Inner, level)}{SubquerySuffix(subquery)}",
            UnaryExpr unary => $"{indent}{(unary.IsMinus ? "-" : "+")}{Pretty(unary.Inner, level).TrimStart(' ')}",
            _ => indent + line,
        };
    }

    static void Append(StringBuilder text, Expr expr)
    {
        switch (expr)
        {
            case NumberLiteral number:
                text.Append(Number(number.Value, number.IsDuration));
                break;
            case StringLiteral literal:
                text.Append(literal.Invalid ?? GoText.Quote(literal.Value));
                break;
            case VectorSelector selector:
                AppendSelector(text, selector, "");
                break;
            case MatrixSelector matrix:
                AppendSelector(text, matrix.Selector, $"[{Print(matrix.Range)}]");
                break;
            case SubqueryExpr subquery:
                Append(text, subquery.Inner);
                text.Append(SubquerySuffix(subquery));
                break;
            case ParenExpr paren:
                text.Append('(');
                Append(text, paren.Inner);
                text.Append(')');
                break;
            case UnaryExpr unary:
                text.Append(unary.IsMinus ? '-' : '+');
                Append(text, unary.Inner);
                break;
            case BinaryExpr binary:
                Append(text, binary.Left);
                text.Append(' ').Append(OperatorWithModifiers(binary)).Append(' ');
                Append(text, binary.Right);
                break;
            case AggregateExpr aggregate:
                text.Append(Head(aggregate)).Append('(');
                if (aggregate.Parameter is not null)
                {
                    Append(text, aggregate.Parameter);
                    text.Append(", ");
                }
                Append(text, aggregate.Inner);
                text.Append(')');
                break;
            case CallExpr call:
                text.Append(call.Function.Name).Append('(');
                for (var i = 0; i < call.Arguments.Count; i++)
                {
                    if (i > 0) text.Append(", ");
                    Append(text, call.Arguments[i]);
                }
                text.Append(')');
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"BUG: no printer for {expr.GetType().Name}");
        }
    }

    static string Head(AggregateExpr aggregate)
    {
        var op = aggregate.Operator.Text();
        if (aggregate.IsWithout) return $"{op} without ({Labels(aggregate.Grouping)}) ";
        return aggregate.Grouping.Count > 0 ? $"{op} by ({Labels(aggregate.Grouping)}) " : op;
    }

    static string OperatorWithModifiers(BinaryExpr binary)
    {
        var text = new StringBuilder(binary.Operator.Text());
        if (binary.ReturnsBool) text.Append(" bool");
        if (binary.Matching is not { } matching) return text.ToString();
        var isGrouped = matching.Cardinality is MatchCardinality.ManyToOne or MatchCardinality.OneToMany;
        if (matching.IsOn || matching.Labels.Count > 0 || isGrouped)
        {
            text.Append(CultureInfo.InvariantCulture, $" {(matching.IsOn ? "on" : "ignoring")} ({Labels(matching.Labels)})");
        }
        if (isGrouped) text.Append(CultureInfo.InvariantCulture, $" {(matching.Cardinality == MatchCardinality.ManyToOne ? "group_left" : "group_right")} ({Labels(matching.Include)})");
        if (matching.FillLeft is { } both && matching.FillRight is { } right && both.Equals(right)) return text.Append(CultureInfo.InvariantCulture, $" fill ({Number(both, false)})").ToString();
        if (matching.FillLeft is { } left) text.Append(CultureInfo.InvariantCulture, $" fill_left ({Number(left, false)})");
        if (matching.FillRight is { } fillRight) text.Append(CultureInfo.InvariantCulture, $" fill_right ({Number(fillRight, false)})");
        return text.ToString();
    }

    static string Labels(IEnumerable<string> names) => string.Join(", ", names.Select(LabelName));

    static string LabelName(string name) => IsPlainLabel(name) ? name : GoText.Quote(name);

    static bool IsPlainLabel(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    static bool IsPlainMetric(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':');

    static void AppendSelector(StringBuilder text, VectorSelector selector, string range)
    {
        var isPlain = IsPlainMetric(selector.Name);
        var isNameLeft = selector.Name.Length > 0; // The matcher of the name is printed as the name, once.
        var parts = new List<string>();
        if (isPlain) text.Append(selector.Name);
        else if (selector.Name.Length > 0) parts.Add(GoText.Quote(selector.Name));
        foreach (var matcher in selector.Matchers)
        {
            if (isNameLeft && matcher is { Kind: MatchKind.Equal, Name: LabelSet.MetricName } && matcher.Value == selector.Name)
            {
                isNameLeft = false;
                continue;
            }
            parts.Add(Print(matcher));
        }
        if (parts.Count > 0 || !isPlain) text.Append('{').AppendJoin(',', parts).Append('}');
        text.Append(range);
        if (selector.Ends != RangeEnds.Plain) text.Append(selector.Ends == RangeEnds.Anchored ? " anchored" : " smoothed");
        text.Append(Shift(selector.Shift));
    }

    internal static string Print(LabelMatcher matcher)
    {
        var op = matcher.Kind switch { MatchKind.Equal => "=", MatchKind.NotEqual => "!=", MatchKind.Regex => "=~", _ => "!~" };
        return $"{LabelName(matcher.Name)}{op}{GoText.Quote(matcher.Value)}";
    }

    static string SubquerySuffix(SubqueryExpr subquery) => $"[{Print(subquery.Range)}:{(subquery.Step is null ? "" : Print(subquery.Step))}]{Shift(subquery.Shift)}";

    static string Shift(TimeShift shift)
    {
        var at = shift.At switch
        {
            AtKind.None => "",
            AtKind.Start => " @ start()",
            AtKind.End => " @ end()",
            _ => string.Create(CultureInfo.InvariantCulture, $" @ {shift.AtMs / 1000m:0.000}"),
        };
        return shift.Offset is null ? at : $"{at} offset {Print(shift.Offset)}";
    }

    static string Print(Duration duration) => duration switch
    {
        DurationValue value => Number(value.Value, value.IsDuration || IsWholeMs(value.Value)),
        DurationParen paren => $"({Print(paren.Inner)})",
        DurationUnary unary => $"{(unary.IsMinus ? "-" : "+")}{Print(unary.Inner)}",
        DurationBinary binary => $"{Print(binary.Left)} {binary.Operator.Text()} {Print(binary.Right)}",
        DurationCall call => $"{call.Function switch { DurationFunction.Step => "step", DurationFunction.Range => "range", DurationFunction.MinOf => "min_of", _ => "max_of" }}({string.Join(", ", call.Arguments.Select(Print))})",
        _ => throw new System.Diagnostics.UnreachableException($"BUG: no printer for {duration.GetType().Name}"),
    };

    static bool IsWholeMs(double seconds) => seconds * 1000 == Math.Floor(seconds * 1000);

    static string Number(double value, bool isDuration) => isDuration && Math.Abs(value) < 1e12 ? PromDuration.Format((long)Math.Round(value * 1000)) : GoText.FormatPlain(value);
}
