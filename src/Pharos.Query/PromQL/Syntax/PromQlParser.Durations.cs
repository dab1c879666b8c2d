namespace Pharos.Query.PromQL.Syntax;

/// <summary>Durations: literals, and arithmetic over literals, step() and range().</summary>
public sealed partial class PromQlParser
{
    /// <summary>How Prometheus names the place of the duration that is read, and what may stand there.</summary>
    (string Place, string Expected) durationPlace;

    /// <summary>Inside brackets or parentheses: the whole arithmetic.</summary>
    Duration DurationExpression(int minPrecedence)
    {
        var beside = Enter();
        var left = SignedDuration();
        while (TryOperator(token, out var op) && op is <= BinaryOperator.Power && op.Precedence() is var precedence && precedence > minPrecedence)
        {
            Advance();
            var leftHeight = height;
            var right = DurationExpression(op == BinaryOperator.Power ? precedence - 1 : precedence);
            Join(leftHeight);
            left = new DurationBinary(op, left, right) { Span = new(left.Span.Start, right.Span.End) };
        }
        Leave(beside);
        return left;
    }

    Duration SignedDuration()
    {
        if (token.Kind is not (TokenKind.Add or TokenKind.Subtract)) return PlainDuration();
        var start = token.Start;
        var isMinus = token.Kind == TokenKind.Subtract;
        Advance();
        return Signed(isMinus, DurationExpression(BinaryOperator.Multiply.Precedence()), start);
    }

    /// <summary>After <c>offset</c>: one operand with or without a sign; arithmetic needs parentheses, since it belongs to the outer expression.</summary>
    Duration OffsetDuration()
    {
        if (token.Kind is not (TokenKind.Add or TokenKind.Subtract)) return PlainDuration();
        var start = token.Start;
        var isMinus = token.Kind == TokenKind.Subtract;
        Advance();
        return Signed(isMinus, PlainDuration(), start);
    }

    Duration Signed(bool isMinus, Duration inner, int start)
    {
        var span = new TextSpan(start, lastEnd);
        return inner is DurationValue value
            ? value with { Value = isMinus ? -value.Value : value.Value, Span = span }
            : new DurationUnary(isMinus, inner) { Span = span };
    }

    Duration PlainDuration()
    {
        var start = token.Start;
        if (token.Kind is TokenKind.Number or TokenKind.Duration)
        {
            var isDuration = token.Kind == TokenKind.Duration;
            var value = NumberValue(token);
            Advance();
            return new DurationValue(value, isDuration) { Span = new(start, lastEnd) };
        }
        if (token.Kind == TokenKind.LeftParen)
        {
            Advance();
            var inner = DurationExpression(0);
            Expect(TokenKind.RightParen, "duration expression");
            return new DurationParen(inner) { Span = new(start, lastEnd) };
        }
        DurationFunction? function = token.Kind != TokenKind.Word ? null : TextOf(token).ToLowerInvariant() switch
        {
            "step" => DurationFunction.Step,
            "range" => DurationFunction.Range,
            "min_of" => DurationFunction.MinOf,
            "max_of" => DurationFunction.MaxOf,
            _ => null,
        };
        if (function is null) throw Unexpected(durationPlace.Place, durationPlace.Expected);
        Advance();
        Expect(TokenKind.LeftParen, "duration expression");
        Sequence<Duration> arguments = [];
        if (function is DurationFunction.MinOf or DurationFunction.MaxOf)
        {
            var first = DurationExpression(0);
            Expect(TokenKind.Comma, "duration expression");
            arguments = [first, DurationExpression(0)];
        }
        Expect(TokenKind.RightParen, "duration expression");
        return new DurationCall(function.Value, arguments) { Span = new(start, lastEnd) };
    }
}
