using System.Globalization;
using Pharos.Model.Labels;
using Pharos.Model.Text;

namespace Pharos.Query.PromQL.Syntax;

/// <summary>Selectors and what may follow an expression: ranges, subqueries, offset, @, anchored and smoothed.</summary>
public sealed partial class PromQlParser
{
    VectorSelector Selector(string name, int start)
    {
        var matchers = new List<LabelMatcher>();
        var nameFromBraces = name;
        if (token.Kind == TokenKind.LeftBrace) nameFromBraces = Matchers(name, matchers);
        matchers.Sort(ByText); // In which order they were written means nothing, so it must not make two selectors differ; Prometheus prints them so, too.
        if (nameFromBraces.Length > 0) matchers.Add(new(MatchKind.Equal, LabelSet.MetricName, nameFromBraces));
        var selector = new VectorSelector(nameFromBraces, [.. matchers], TimeShift.None) { Span = new(start, lastEnd) };
        if (name.Length > 0 && matchers.Find(matcher => matcher.Name == LabelSet.MetricName && matcher != matchers[^1]) is { } second)
        {
            throw Fault(selector.Span, $"metric name must not be set twice: {GoText.Quote(name)} or {GoText.Quote(second.Value)}");
        }
        if (uncheckedSelectors == 0) CheckSelector(selector);
        return selector;
    }

    static int ByText(LabelMatcher left, LabelMatcher right) => string.CompareOrdinal(PromQlPrinter.Print(left), PromQlPrinter.Print(right));

    /// <returns>The metric name, from before or from inside the braces.</returns>
    string Matchers(string name, List<LabelMatcher> matchers)
    {
        Expect(TokenKind.LeftBrace, "label matching");
        while (token.Kind != TokenKind.RightBrace)
        {
            var label = token;
            string labelName;
            string? invalid = null;
            if (label.Kind == TokenKind.String) labelName = Unquoted(out invalid);
            else if (label.Kind == TokenKind.Word)
            {
                labelName = TextOf(label);
                Advance();
            }
            else throw Unexpected("label matching", "identifier or \"}\"");
            MatchKind? kind = token.Kind switch
            {
                TokenKind.Assign => MatchKind.Equal,
                TokenKind.NotEqual => MatchKind.NotEqual,
                TokenKind.MatchRegex => MatchKind.Regex,
                TokenKind.MatchNotRegex => MatchKind.NotRegex,
                _ => null,
            };
            if (kind is not null)
            {
                Advance();
                if (token.Kind != TokenKind.String) throw Unexpected("label matching", "string");
                if (labelName.Length == 0) invalid = "\"\"";
                if (invalid is not null) throw Fault(new(label.Start, label.End), $"invalid label name: {invalid}");
                matchers.Add(Matcher(kind.Value, labelName));
            }
            else if (label.Kind == TokenKind.String)
            {
                if (name.Length > 0) throw Fault(new(label.Start, label.End), $"metric name must not be set twice: {GoText.Quote(name)} or {GoText.Quote(labelName)}");
                name = labelName;
            }
            else throw Unexpected("label matching", "label matching operator");
            if (token.Kind == TokenKind.Comma) Advance();
            else if (token.Kind != TokenKind.RightBrace) throw Unexpected("label matching", "\",\" or \"}\"");
        }
        Advance();
        return name;
    }

    LabelMatcher Matcher(MatchKind kind, string name)
    {
        var pattern = token;
        var value = Unquoted(out _);
        try
        {
            return new(kind, name, value);
        }
        catch (Re2SyntaxException error)
        {
            throw Fault(new(pattern.Start, pattern.End), error.Message);
        }
    }

    /// <summary>Refuses selectors that would match every series there is.</summary>
    void CheckSelector(VectorSelector selector)
    {
        var named = selector.Matchers.Where(matcher => matcher.Name == LabelSet.MetricName && matcher.Kind == MatchKind.Equal).ToArray();
        if (selector.Name.Length > 0 && named.Length > 1)
        {
            throw Fault(selector.Span, $"metric name must not be set twice: {GoText.Quote(named[^1].Value)} or {GoText.Quote(named[0].Value)}");
        }
        foreach (var matcher in selector.Matchers)
        {
            if (!matcher.MatchesEmpty) return;
        }
        throw Fault(selector.Span, "vector selector must contain at least one non-empty matcher");
    }

    void CheckSelectors(IEnumerable<Expr> arguments)
    {
        if (uncheckedSelectors > 0) return; // An outer call checks its whole argument.
        foreach (var argument in arguments) CheckSelectorsBelow(argument);
    }

    void CheckSelectorsBelow(Expr expr)
    {
        if (expr is VectorSelector selector) CheckSelector(selector);
        else if (expr is CallExpr { Function.EndsWithMatchers: true, Arguments: { Count: 2 } arguments }) CheckSelectorsBelow(arguments[0]);
        else foreach (var child in expr.Children) CheckSelectorsBelow(child);
    }

    Expr Postfix(Expr expr)
    {
        while (true)
        {
            if (token.Kind == TokenKind.LeftBracket) expr = Bracket(expr);
            else if (IsKeyword("offset")) expr = Offset(expr);
            else if (token.Kind == TokenKind.At) expr = At(expr);
            else if (IsKeyword("anchored") || IsKeyword("smoothed")) expr = Ends(expr);
            else return expr;
        }
    }

    Expr Bracket(Expr expr)
    {
        var bracket = token;
        Advance();
        durationPlace = ("subquery or range selector", "number, duration, step(), or range()");
        var range = DurationExpression(0);
        CheckPositive(range);
        if (token.Kind == TokenKind.RightBracket)
        {
            Advance();
            var span = new TextSpan(expr.Span.Start, lastEnd);
            if (expr is not VectorSelector selector) throw Fault(new(bracket.Start, lastEnd), "ranges only allowed for vector selectors");
            if (selector.Shift.Offset is not null) throw Fault(span, "no offset modifiers allowed before range");
            if (selector.Shift.At != AtKind.None) throw Fault(span, "no @ modifiers allowed before range");
            if (selector.Ends != RangeEnds.Plain) throw Fault(span, "no anchored or smoothed modifiers allowed before range");
            return new MatrixSelector(selector, range) { Span = span };
        }
        if (token.Kind != TokenKind.Colon) throw Unexpected("subquery or range", "\":\" or \"]\"");
        Advance();
        Duration? step = null;
        if (token.Kind != TokenKind.RightBracket)
        {
            durationPlace = ("subquery selector", "number, duration, step(), range(), or \"]\"");
            step = DurationExpression(0);
            CheckPositive(step);
        }
        Expect(TokenKind.RightBracket, "subquery selector");
        if (expr.Kind != ValueKind.Vector) throw Fault(expr.Span, $"subquery is only allowed on instant vector, got {expr.Kind.Text()} instead");
        return new SubqueryExpr(expr, range, step, TimeShift.None) { Span = new(expr.Span.Start, lastEnd) };
    }

    void CheckPositive(Duration duration)
    {
        if (!duration.IsConstant) return;
        try
        {
            if (duration.Milliseconds(0, 0) <= 0) throw Fault(duration.Span, "duration must be greater than 0");
        }
        catch (PromQlEvaluationException error)
        {
            throw Fault(duration.Span, error.Message);
        }
    }

    Expr Offset(Expr expr)
    {
        var keyword = token;
        Advance();
        durationPlace = ("offset", "number, duration, step(), or range()");
        var offset = OffsetDuration();
        if (offset.IsConstant)
        {
            try
            {
                offset.Milliseconds(0, 0);
            }
            catch (PromQlEvaluationException error)
            {
                throw Fault(offset.Span, error.Message);
            }
        }
        const string misplaced = "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery";
        if (ShiftOf(expr, new(keyword.Start, keyword.End), misplaced) is { Offset: not null }) throw Fault(new(keyword.Start, lastEnd), "offset may not be set multiple times");
        return Shifted(expr, shift => shift with { Offset = offset });
    }

    Expr At(Expr expr)
    {
        var sign = token;
        Advance();
        var kind = AtKind.Timestamp;
        var atMs = 0L;
        if (IsKeyword("start") || IsKeyword("end"))
        {
            kind = IsKeyword("start") ? AtKind.Start : AtKind.End;
            Advance();
            Expect(TokenKind.LeftParen, "@ modifier");
            Expect(TokenKind.RightParen, "@ modifier");
        }
        else
        {
            var isMinus = token.Kind == TokenKind.Subtract;
            if (token.Kind is TokenKind.Add or TokenKind.Subtract) Advance();
            if (token.Kind is not (TokenKind.Number or TokenKind.Duration)) throw Unexpected("@ modifier", "timestamp");
            var seconds = isMinus ? -NumberValue(token) : NumberValue(token);
            if (!(Math.Abs(seconds) < long.MaxValue / 1000)) throw Fault(new(token.Start, token.End), $"timestamp out of bounds for @ modifier: {GoText.FormatPlain(seconds)}");
            atMs = (long)Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
            Advance();
        }
        const string misplaced = "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery";
        if (ShiftOf(expr, new(sign.Start, sign.End), misplaced).At != AtKind.None) throw Fault(new(sign.Start, lastEnd), "@ <timestamp> may not be set multiple times");
        return Shifted(expr, shift => shift with { At = kind, AtMs = atMs });
    }

    Expr Ends(Expr expr)
    {
        var word = token;
        var ends = IsKeyword("anchored") ? RangeEnds.Anchored : RangeEnds.Smoothed;
        Advance();
        var name = ends == RangeEnds.Anchored ? "anchored" : "smoothed";
        var span = new TextSpan(expr.Span.Start, lastEnd);
        var present = expr switch { VectorSelector selector => selector.Ends, MatrixSelector matrix => matrix.Selector.Ends, _ => RangeEnds.Plain };
        if (present != RangeEnds.Plain) throw Fault(new(word.Start, word.End), "anchored and smoothed modifiers cannot be combined or repeated");
        return expr switch
        {
            VectorSelector when ends == RangeEnds.Anchored => throw Fault(new(word.Start, word.End), "anchored modifier must be preceded by a range vector selector"),
            VectorSelector selector => selector with { Ends = ends, Span = span },
            MatrixSelector matrix => matrix with { Selector = matrix.Selector with { Ends = ends }, Span = span },
            SubqueryExpr => throw Fault(new(word.Start, word.End), $"{name} modifier is not supported for subqueries"),
            _ => throw Fault(new(word.Start, word.End), $"{name} modifier must be preceded by a selector"),
        };
    }

    TimeShift ShiftOf(Expr expr, TextSpan modifier, string misplaced) => expr switch
    {
        VectorSelector selector => selector.Shift,
        MatrixSelector matrix => matrix.Selector.Shift,
        SubqueryExpr subquery => subquery.Shift,
        _ => throw Fault(modifier, misplaced),
    };

    Expr Shifted(Expr expr, Func<TimeShift, TimeShift> change)
    {
        var span = new TextSpan(expr.Span.Start, lastEnd);
        return expr switch
        {
            VectorSelector selector => selector with { Shift = change(selector.Shift), Span = span },
            MatrixSelector matrix => matrix with { Selector = matrix.Selector with { Shift = change(matrix.Selector.Shift) }, Span = span },
            SubqueryExpr subquery => subquery with { Shift = change(subquery.Shift), Span = span },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
