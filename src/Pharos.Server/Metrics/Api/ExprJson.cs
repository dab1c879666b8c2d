using System.Diagnostics;
using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Model.Text;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Syntax;
using Pharos.Server.Doors;

namespace Pharos.Server.Metrics.Api;

/// <summary>An expression as a tree of JSON, which editors and the query explainer of Prometheus' pages read.</summary>
/// <remarks>
/// <para>A duration that depends on the query's step or range has no number of ms yet: it is 0, with its text beside it as <c>rangeExpr</c> and so on.</para>
/// <para>Source: the answers of Prometheus' <c>/api/v1/parse_query</c> (facts).</para>
/// </remarks>
static class ExprJson
{
    public static void Write(Utf8JsonWriter json, Expr? expression)
    {
        if (expression is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        switch (expression)
        {
            case NumberLiteral number:
                json.WriteString("type", "numberLiteral");
                json.WriteString("val", GoText.FormatPlain(number.Value));
                break;
            case StringLiteral text:
                json.WriteString("type", "stringLiteral");
                json.WriteString("val", text.Value);
                break;
            case ParenExpr paren:
                json.WriteString("type", "parenExpr");
                WriteChild(json, "expr", paren.Inner);
                break;
            case UnaryExpr unary:
                json.WriteString("type", "unaryExpr");
                json.WriteString("op", unary.IsMinus ? "-" : "+");
                WriteChild(json, "expr", unary.Inner);
                break;
            case VectorSelector selector:
                json.WriteString("type", "vectorSelector");
                WriteSelector(json, selector);
                break;
            case MatrixSelector matrix:
                json.WriteString("type", "matrixSelector");
                WriteDuration(json, "range", matrix.Range);
                WriteSelector(json, matrix.Selector);
                break;
            case SubqueryExpr subquery:
                json.WriteString("type", "subquery");
                WriteChild(json, "expr", subquery.Inner);
                WriteDuration(json, "range", subquery.Range);
                WriteDuration(json, "step", subquery.Step);
                WriteShift(json, subquery.Shift);
                break;
            case AggregateExpr aggregate:
                json.WriteString("type", "aggregation");
                json.WriteString("op", aggregate.Operator.Text());
                WriteChild(json, "expr", aggregate.Inner);
                WriteChild(json, "param", aggregate.Parameter);
                json.WriteTexts("grouping", aggregate.Grouping);
                json.WriteBoolean("without", aggregate.IsWithout);
                break;
            case BinaryExpr binary:
                WriteBinary(json, binary);
                break;
            case CallExpr call:
                WriteCall(json, call);
                break;
            default:
                throw new UnreachableException($"BUG: no JSON for {expression.GetType().Name}");
        }
        json.WriteEndObject();
    }

    static void WriteChild(Utf8JsonWriter json, string name, Expr? child)
    {
        json.WritePropertyName(name);
        Write(json, child);
    }

    static void WriteSelector(Utf8JsonWriter json, VectorSelector selector)
    {
        json.WriteString("name", selector.Name);
        json.WriteStartArray("matchers");
        foreach (var matcher in selector.Matchers)
        {
            json.WriteStartObject();
            json.WriteString("name", matcher.Name);
            json.WriteString("value", matcher.Value);
            json.WriteString("type", matcher.Kind switch { MatchKind.Equal => "=", MatchKind.NotEqual => "!=", MatchKind.Regex => "=~", _ => "!~" });
            json.WriteEndObject();
        }
        json.WriteEndArray();
        WriteShift(json, selector.Shift);
        json.WriteBoolean("anchored", selector.Ends == RangeEnds.Anchored);
        json.WriteBoolean("smoothed", selector.Ends == RangeEnds.Smoothed);
    }

    static void WriteShift(Utf8JsonWriter json, TimeShift shift)
    {
        WriteDuration(json, "offset", shift.Offset);
        if (shift.At == AtKind.Timestamp) json.WriteNumber("timestamp", shift.AtMs);
        else json.WriteNull("timestamp");
        if (shift.At is AtKind.Start or AtKind.End) json.WriteString("startOrEnd", shift.At == AtKind.Start ? "start" : "end");
        else json.WriteNull("startOrEnd");
    }

    static void WriteDuration(Utf8JsonWriter json, string name, Duration? duration)
    {
        if (duration is null or { IsConstant: true })
        {
            json.WriteNumber(name, duration?.Milliseconds(0, 0) ?? 0);
            return;
        }
        json.WriteNumber(name, 0);
        json.WriteString(name + "Expr", duration.ToString());
    }

    static void WriteBinary(Utf8JsonWriter json, BinaryExpr binary)
    {
        json.WriteString("type", "binaryExpr");
        json.WriteString("op", binary.Operator.Text());
        WriteChild(json, "lhs", binary.Left);
        WriteChild(json, "rhs", binary.Right);
        json.WriteBoolean("bool", binary.ReturnsBool);
        if (binary.Matching is not { } matching)
        {
            json.WriteNull("matching");
            return;
        }
        json.WriteStartObject("matching");
        json.WriteString("card", matching.Cardinality switch
        {
            MatchCardinality.OneToOne => "one-to-one",
            MatchCardinality.ManyToOne => "many-to-one",
            MatchCardinality.OneToMany => "one-to-many",
            _ => "many-to-many",
        });
        json.WriteTexts("labels", matching.Labels);
        json.WriteBoolean("on", matching.IsOn);
        json.WriteTexts("include", matching.Include);
        json.WriteStartObject("fillValues");
        WriteFill(json, "lhs", matching.FillLeft);
        WriteFill(json, "rhs", matching.FillRight);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteFill(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else if (value is { } other) json.WriteString(name, GoText.FormatFloat(other));
        else json.WriteNull(name);
    }

    static void WriteCall(Utf8JsonWriter json, CallExpr call)
    {
        json.WriteString("type", "call");
        json.WriteStartObject("func");
        json.WriteString("name", call.Function.Name);
        json.WriteTexts("argTypes", call.Function.Arguments.Select(Word));
        json.WriteNumber("variadic", call.Function.Variadic);
        json.WriteString("returnType", Word(call.Function.Result));
        json.WriteEndObject();
        json.WriteStartArray("args");
        foreach (var argument in call.Arguments) Write(json, argument);
        json.WriteEndArray();
    }

    static string Word(ValueKind kind) => kind.ToString().ToLowerInvariant();
}
