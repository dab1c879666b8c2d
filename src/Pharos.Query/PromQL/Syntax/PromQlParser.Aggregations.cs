using System.Globalization;

namespace Pharos.Query.PromQL.Syntax;

/// <summary>Aggregations, and the modifiers of binary operators.</summary>
public sealed partial class PromQlParser
{
    static bool TryAggregate(string word, out AggregateOperator op)
    {
        for (op = 0; op <= AggregateOperator.LimitRatio; op++)
        {
            if (op.Text().Equals(word, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    AggregateExpr Aggregation(AggregateOperator op, int start)
    {
        Sequence<string> grouping = [];
        var isWithout = false;
        var isGrouped = TryGrouping(ref grouping, ref isWithout);
        var arguments = Arguments();
        if (!isGrouped) TryGrouping(ref grouping, ref isWithout);
        var span = new TextSpan(start, lastEnd);
        if (arguments.Count == 0) throw Fault(span, "no arguments for aggregate expression provided");
        var wanted = op.HasParameter() ? 2 : 1;
        if (arguments.Count != wanted)
        {
            throw Fault(span, string.Create(CultureInfo.InvariantCulture, $"wrong number of arguments for aggregate expression provided, expected {wanted}, got {arguments.Count}"));
        }
        var inner = arguments[^1];
        if (inner.Kind != ValueKind.Vector) throw Fault(inner.Span, $"expected type instant vector in aggregation expression, got {inner.Kind.Text()}");
        var parameter = wanted == 2 ? arguments[0] : null;
        var parameterKind = op == AggregateOperator.CountValues ? ValueKind.String : ValueKind.Scalar;
        if (parameter is not null && parameter.Kind != parameterKind) throw Fault(parameter.Span, $"expected type {parameterKind.Text()} in aggregation parameter, got {parameter.Kind.Text()}");
        CheckSelectors(arguments);
        return new AggregateExpr(op, inner, parameter, grouping, isWithout) { Span = span };
    }

    bool TryGrouping(ref Sequence<string> grouping, ref bool isWithout)
    {
        if (!IsKeyword("by") && !IsKeyword("without")) return false;
        isWithout = IsKeyword("without");
        Advance();
        grouping = LabelList();
        return true;
    }

    /// <summary>A list of label names in parentheses; any word or quoted text is one, a comma at the end does no harm.</summary>
    Sequence<string> LabelList()
    {
        Expect(TokenKind.LeftParen, "grouping opts");
        var labels = new List<string>();
        while (token.Kind != TokenKind.RightParen)
        {
            string? invalid = null;
            if (token.Kind == TokenKind.String) labels.Add(Unquoted(out invalid));
            else if (token.Kind == TokenKind.Word)
            {
                labels.Add(TextOf(token));
                Advance();
            }
            else throw Unexpected("grouping opts", "label");
            if (labels[^1].Length == 0) invalid = "\"\"";
            if (invalid is not null) throw Fault(new(lastEnd, lastEnd), $"invalid label name for grouping: {invalid}");
            if (token.Kind != TokenKind.Comma) break;
            Advance();
        }
        Expect(TokenKind.RightParen, "grouping opts");
        return [.. labels];
    }

    (bool ReturnsBool, VectorMatching? Matching) OperatorModifiers(BinaryOperator op)
    {
        var returnsBool = IsKeyword("bool");
        if (returnsBool) Advance();
        VectorMatching? matching = null;
        if (IsKeyword("on") || IsKeyword("ignoring"))
        {
            var isOn = IsKeyword("on");
            Advance();
            matching = new(op.IsSetOperator() ? MatchCardinality.ManyToMany : MatchCardinality.OneToOne, isOn, LabelList(), []);
            if (IsKeyword("group_left") || IsKeyword("group_right"))
            {
                var cardinality = IsKeyword("group_left") ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany;
                Advance();
                matching = matching with { Cardinality = cardinality, Include = token.Kind == TokenKind.LeftParen ? LabelList() : [] };
            }
        }
        while (IsKeyword("fill") || IsKeyword("fill_left") || IsKeyword("fill_right"))
        {
            var word = token;
            var before = (lexer, token, lastEnd); // A metric may be called fill; only parentheses make it the modifier.
            Advance();
            if (token.Kind != TokenKind.LeftParen)
            {
                (lexer, token, lastEnd) = before;
                break;
            }
            var value = FillValue();
            matching ??= new(MatchCardinality.OneToOne, false, [], []);
            var side = TextOf(word).ToLowerInvariant();
            if ((side != "fill_right" && matching.FillLeft is not null) || (side != "fill_left" && matching.FillRight is not null)) throw Fault(new(word.Start, lastEnd), "fill modifier set more than once for one side");
            matching = matching with { FillLeft = side == "fill_right" ? matching.FillLeft : value, FillRight = side == "fill_left" ? matching.FillRight : value };
        }
        return (returnsBool, matching);
    }

    double FillValue()
    {
        Expect(TokenKind.LeftParen, "fill modifier");
        var isMinus = token.Kind == TokenKind.Subtract;
        if (token.Kind is TokenKind.Add or TokenKind.Subtract) Advance();
        if (token.Kind is not (TokenKind.Number or TokenKind.Duration)) throw Unexpected("fill modifier", "number");
        var value = Number().Value;
        Expect(TokenKind.RightParen, "fill modifier");
        return isMinus ? -value : value;
    }
}
