using System.Text.RegularExpressions;
using Pharos.Model.Labels;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;

namespace Pharos.Conformance.PromQL;

/// <summary>Our own files name every part of the language, so that a checkout without other corpora tests the whole of it.</summary>
public sealed partial class OwnCasesCoverageTests
{
    readonly HashSet<string> seen = new(StringComparer.Ordinal);

    [Fact]
    public void Every_function_operator_aggregation_and_modifier_occurs_in_a_case()
    {
        string[] wanted =
        [
            .. FunctionCatalogue.Signatures.Keys.Select(name => $"function {name}"),
            .. Enum.GetValues<BinaryOperator>().Select(op => $"operator {op.Text()}"),
            .. Enum.GetValues<BinaryOperator>().Where(op => op.IsComparison()).Select(op => $"bool with {op.Text()}"),
            .. Enum.GetValues<AggregateOperator>().Select(op => $"aggregation {op.Text()}"),
            .. Enum.GetValues<MatchKind>().Select(kind => $"matcher {kind}"),
            .. Enum.GetValues<MatchCardinality>().Select(cardinality => $"matching {cardinality}"),
            .. Enum.GetValues<RangeEnds>().SelectMany(ends => (string[])[$"selector {ends}", $"range {ends}"]).Where(part => part != "selector Anchored"),
            .. Enum.GetValues<AtKind>().Select(at => $"@ {at}"),
            .. Enum.GetValues<DurationFunction>().Select(function => $"duration {function}"),
            .. BinaryDurations.Select(op => $"duration {op.Text()}"),
            "by", "without", "on", "ignoring", "include", "fill_left", "fill_right", "offset", "negative offset", "sub-query with step", "sub-query without step",
            "sub-query with shift", "unary -", "unary +", "parentheses", "text", "number", "duration as number", "duration in parentheses", "duration with sign",
        ];

        foreach (var query in Queries()) Note(query);

        Assert.Equal([], wanted.Where(part => !seen.Contains(part)));
    }

    static readonly BinaryOperator[] BinaryDurations = [BinaryOperator.Add, BinaryOperator.Subtract, BinaryOperator.Multiply, BinaryOperator.Divide, BinaryOperator.Modulo, BinaryOperator.Power];

    /// <summary>The queries of all cases that have a result; what only fails shows nothing of its parts.</summary>
    static IEnumerable<Expr> Queries()
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "PromQL", "cases"), "*.test"))
        {
            var lines = File.ReadAllLines(path);
            for (var i = 0; i < lines.Length; i++)
            {
                if (EvalPattern().Match(lines[i]) is not { Success: true } eval) continue;
                if (i + 1 < lines.Length && lines[i + 1].TrimStart().StartsWith("expect fail", StringComparison.Ordinal)) continue;
                yield return PromQlEngine.Parse(eval.Groups[1].Value);
            }
        }
    }

    void Note(Expr expression)
    {
        switch (expression)
        {
            case NumberLiteral number:
                seen.Add(number.IsDuration ? "duration as number" : "number");
                break;
            case StringLiteral:
                seen.Add("text");
                break;
            case ParenExpr:
                seen.Add("parentheses");
                break;
            case UnaryExpr unary:
                seen.Add(unary.IsMinus ? "unary -" : "unary +");
                break;
            case VectorSelector selector:
                Note(selector, "selector");
                break;
            case MatrixSelector matrix:
                Note(matrix.Selector, "range");
                Note(matrix.Range);
                return;
            case SubqueryExpr subquery:
                seen.Add(subquery.Step is null ? "sub-query without step" : "sub-query with step");
                if (subquery.Shift != TimeShift.None) seen.Add("sub-query with shift");
                Note(subquery.Shift);
                Note(subquery.Range);
                if (subquery.Step is not null) Note(subquery.Step);
                break;
            case BinaryExpr binary:
                Note(binary);
                break;
            case AggregateExpr aggregate:
                seen.Add($"aggregation {aggregate.Operator.Text()}");
                if (aggregate.IsWithout) seen.Add("without");
                else if (aggregate.Grouping.Any()) seen.Add("by");
                break;
            case CallExpr call:
                seen.Add($"function {call.Function.Name}");
                break;
        }
        foreach (var child in expression.Children) Note(child);
    }

    void Note(BinaryExpr binary)
    {
        seen.Add($"operator {binary.Operator.Text()}");
        if (binary.ReturnsBool) seen.Add($"bool with {binary.Operator.Text()}");
        if (binary.Matching is not { } matching) return;
        seen.Add($"matching {matching.Cardinality}");
        if (matching.IsOn) seen.Add("on");
        else if (matching.Labels.Any()) seen.Add("ignoring");
        if (matching.Include.Any()) seen.Add("include");
        if (matching.FillLeft is not null) seen.Add("fill_left");
        if (matching.FillRight is not null) seen.Add("fill_right");
    }

    void Note(VectorSelector selector, string kind)
    {
        seen.Add($"{kind} {selector.Ends}");
        foreach (var matcher in selector.Matchers) seen.Add($"matcher {matcher.Kind}");
        Note(selector.Shift);
    }

    void Note(TimeShift shift)
    {
        seen.Add($"@ {shift.At}");
        if (shift.Offset is null) return;
        seen.Add(shift.Offset.Seconds(1, 1) < 0 ? "negative offset" : "offset");
        Note(shift.Offset);
    }

    void Note(Duration duration)
    {
        switch (duration)
        {
            case DurationParen paren:
                seen.Add("duration in parentheses");
                Note(paren.Inner);
                break;
            case DurationUnary unary:
                seen.Add("duration with sign");
                Note(unary.Inner);
                break;
            case DurationBinary binary:
                seen.Add($"duration {binary.Operator.Text()}");
                Note(binary.Left);
                Note(binary.Right);
                break;
            case DurationCall call:
                seen.Add($"duration {call.Function}");
                foreach (var argument in call.Arguments) Note(argument);
                break;
        }
    }

    [GeneratedRegex(@"^eval (?:instant at \S+|range from \S+ to \S+ step \S+) (.+)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EvalPattern();
}
