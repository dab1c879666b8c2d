using System.Globalization;
using Pharos.Model.Text;
using Pharos.Model.Time;

namespace Pharos.Query.PromQL.Syntax;

/// <summary>Parses and type-checks PromQL as of Prometheus 3.14, experimental parts included.</summary>
/// <remarks>
/// <para>Recursive descent over one token of look-ahead; binary operators by precedence climbing. Selectors, durations and
/// aggregations stand in partial files beside this one.</para>
/// <para>Errors: the first fault, with its place and what was expected. Depth and length are bounded.</para>
/// </remarks>
public sealed partial class PromQlParser
{
    readonly string text;
    readonly ParserOptions options;
    PromQlLexer lexer;
    Token token;
    int lastEnd;
    int depth;

    /// <summary>Of the tallest tree that was built below the expression that is being read.</summary>
    int height;

    /// <summary>Above zero inside call arguments: there the call decides whether a selector may match everything (info's may).</summary>
    int uncheckedSelectors;

    PromQlParser(string text, ParserOptions options)
    {
        this.text = text;
        this.options = options;
        lexer = new(text);
        token = lexer.Next();
    }

    /// <exception cref="PromQlSyntaxException">The text is not PromQL or its types do not fit.</exception>
    public static Expr Parse(string text, ParserOptions options)
    {
        var parser = Start(text, options);
        if (parser.token.Kind == TokenKind.End) throw SyntaxFault.At(text, new(0, 0), "no expression found in input");
        var expr = parser.Expression(0);
        if (parser.token.Kind != TokenKind.End) throw parser.Unexpected("");
        return expr;
    }

    /// <summary>Parses a selector alone, as <c>match[]</c> has it.</summary>
    /// <exception cref="PromQlSyntaxException">Not a plain vector selector.</exception>
    public static VectorSelector ParseSelector(string text, ParserOptions options)
    {
        var expr = Parse(text, options);
        return expr is VectorSelector { Shift: var shift } selector && shift == TimeShift.None
            ? selector
            : throw SyntaxFault.At(text, expr.Span, "expected a series selector such as up{job=\"x\"}");
    }

    static PromQlParser Start(string text, ParserOptions options)
    {
        return text.Length <= options.MaxLength
            ? new(text, options)
            : throw new PromQlSyntaxException(1, 1, string.Create(CultureInfo.InvariantCulture, $"query is {text.Length} characters long; at most {options.MaxLength} are accepted"), new(0, 0));
    }

    Expr Expression(int minPrecedence)
    {
        var beside = Enter();
        var left = Unary();
        while (TryOperator(token, out var op) && op.Precedence() is var precedence && precedence > minPrecedence)
        {
            Advance();
            var (returnsBool, matching) = OperatorModifiers(op);
            var leftHeight = height;
            var right = Expression(op == BinaryOperator.Power ? precedence - 1 : precedence); // The power alone binds to the right.
            Join(leftHeight);
            left = CheckedBinary(op, left, right, returnsBool, matching);
        }
        Leave(beside);
        return left;
    }

    Expr Unary()
    {
        if (token.Kind is not (TokenKind.Add or TokenKind.Subtract)) return Postfix(Primary());
        var start = token.Start;
        var isMinus = token.Kind == TokenKind.Subtract;
        Advance();
        var inner = Expression(BinaryOperator.Multiply.Precedence()); // Only the power binds stronger than a sign.
        var span = new TextSpan(start, inner.Span.End);
        if (inner is NumberLiteral number) return number with { Value = isMinus ? -number.Value : number.Value, Span = span };
        if (inner.Kind is not (ValueKind.Scalar or ValueKind.Vector))
        {
            throw Fault(inner.Span, $"unary expression only allowed on expressions of type scalar or instant vector, got \"{inner.Kind.Text()}\"");
        }
        return new UnaryExpr(isMinus, inner) { Span = span };
    }

    Expr Primary()
    {
        var first = token;
        switch (first.Kind)
        {
            case TokenKind.LeftParen:
                Advance();
                var inner = Expression(0);
                Expect(TokenKind.RightParen, "paren expression");
                return new ParenExpr(inner) { Span = new(first.Start, lastEnd) };
            case TokenKind.Number:
            case TokenKind.Duration:
                return Number();
            case TokenKind.String:
                return new StringLiteral(Unquoted(out var invalid)) { Invalid = invalid, Span = new(first.Start, first.End) };
            case TokenKind.LeftBrace:
                return Selector("", first.Start);
            case TokenKind.Word:
                return Word();
            default:
                throw Unexpected("");
        }
    }

    NumberLiteral Number()
    {
        var number = token;
        Advance();
        return new NumberLiteral(NumberValue(number), number.Kind == TokenKind.Duration) { Span = new(number.Start, number.End) };
    }

    double NumberValue(Token number)
    {
        var literal = text.AsSpan(number.Start, number.End - number.Start);
        if (number.Kind == TokenKind.Duration) return PromDuration.TryParseMs(literal, out var ms) ? ms / 1000.0 : throw Unexpected("");
        if (literal.Equals("inf", StringComparison.OrdinalIgnoreCase)) return double.PositiveInfinity;
        if (literal.Equals("nan", StringComparison.OrdinalIgnoreCase)) return double.NaN;
        var plain = literal.Contains('_') ? literal.ToString().Replace("_", "", StringComparison.Ordinal) : literal;
        if (plain.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (ulong.TryParse(plain[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)) return hex;
        }
        else if (plain is ['0', _, ..] && plain.IndexOfAnyExceptInRange('0', '7') < 0)
        {
            var octal = 0.0;
            foreach (var digit in plain) octal = octal * 8 + (digit - '0');
            return octal;
        }
        else if (double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            return value;
        }
        throw Fault(new(number.Start, number.End), $"error parsing number: {GoText.Quote(literal.ToString())}");
    }

    Expr Word()
    {
        var word = token;
        var name = TextOf(word);
        Advance();
        if (TryAggregate(name, out var aggregate) && (token.Kind == TokenKind.LeftParen || IsKeyword("by") || IsKeyword("without"))) return Aggregation(aggregate, word.Start);
        if (token.Kind == TokenKind.LeftParen) return Call(name, word);
        if (IsReserved(name)) throw Fault(new(word.Start, word.End), $"unexpected <{name.ToLowerInvariant()}>");
        return Selector(name, word.Start);
    }

    CallExpr Call(string name, Token word)
    {
        if (!options.Functions.TryGetValue(name, out var function) && !(options.Functions.TryGetValue(name.ToLowerInvariant(), out function) && function.IsKeyword))
        {
            throw Fault(new(word.Start, word.End), $"unknown function with name {GoText.Quote(name)}");
        }
        var arguments = Arguments();
        var span = new TextSpan(word.Start, lastEnd);
        if (arguments.Count < function.MinArguments || arguments.Count > function.MaxArguments)
        {
            var bound = function.Variadic == 0 ? "" : arguments.Count < function.MinArguments ? "at least " : "at most ";
            var wanted = arguments.Count < function.MinArguments ? function.MinArguments : function.MaxArguments;
            throw Fault(span, string.Create(CultureInfo.InvariantCulture, $"expected {bound}{wanted} argument(s) in call to \"{function.Name}\", got {arguments.Count}"));
        }
        for (var i = 0; i < arguments.Count; i++)
        {
            var wanted = function.ArgumentKind(i);
            if (arguments[i].Kind != wanted) throw Fault(arguments[i].Span, $"expected type {wanted.Text()} in call to function \"{function.Name}\", got {arguments[i].Kind.Text()}");
        }
        if (function.EndsWithMatchers && arguments.Count > 1 && arguments[1] is not VectorSelector { Name: "" }) throw Fault(arguments[1].Span, "expected label selectors only");
        CheckSelectors(function.EndsWithMatchers && arguments.Count > 1 ? arguments[..1] : arguments);
        return new CallExpr(function, [.. arguments]) { Span = span };
    }

    List<Expr> Arguments()
    {
        Expect(TokenKind.LeftParen, "function call");
        uncheckedSelectors++;
        var arguments = new List<Expr>();
        while (token.Kind != TokenKind.RightParen)
        {
            arguments.Add(Expression(0));
            if (token.Kind != TokenKind.Comma) break;
            var comma = token;
            Advance();
            if (token.Kind == TokenKind.RightParen) throw Fault(new(comma.Start, comma.End), "trailing commas not allowed in function call args");
        }
        uncheckedSelectors--;
        Expect(TokenKind.RightParen, "function call");
        return arguments;
    }

    Expr CheckedBinary(BinaryOperator op, Expr left, Expr right, bool returnsBool, VectorMatching? matching)
    {
        var span = new TextSpan(left.Span.Start, right.Span.End);
        var isScalar = left.Kind == ValueKind.Scalar && right.Kind == ValueKind.Scalar;
        if (returnsBool && !op.IsComparison()) throw Fault(OperatorSpan(left, right), "bool modifier can only be used on comparison operators");
        if (op.IsComparison() && !returnsBool && isScalar) throw Fault(OperatorSpan(left, right), "comparisons between scalars must use BOOL modifier");
        if (matching is { IsOn: true } && matching.Include.FirstOrDefault(matching.Labels.Contains) is { } both)
        {
            throw Fault(OperatorSpan(left, right), $"label \"{both}\" must not occur in ON and GROUP clause at once");
        }
        foreach (var side in (Expr[])[left, right])
        {
            if (side.Kind is not (ValueKind.Scalar or ValueKind.Vector)) throw Fault(side.Span, "binary expression must contain only scalar and instant vector types");
        }
        var areVectors = left.Kind == ValueKind.Vector && right.Kind == ValueKind.Vector;
        if (!areVectors)
        {
            if (matching is not null) throw Fault(span, matching.FillLeft is not null || matching.FillRight is not null ? "filling in missing series only allowed between instant vectors" : "vector matching only allowed between instant vectors");
            if (op.IsSetOperator()) throw Fault(span, $"set operator \"{op.Text()}\" not allowed in binary scalar expression");
            return new BinaryExpr(op, left, right, returnsBool, null) { Span = span };
        }
        if (op.IsSetOperator() && matching is not null)
        {
            if (matching.Cardinality is MatchCardinality.ManyToOne or MatchCardinality.OneToMany) throw Fault(span, $"no grouping allowed for \"{op.Text()}\" operation");
            if (matching.FillLeft is not null || matching.FillRight is not null) throw Fault(span, "filling in missing series not allowed for set operators");
        }
        matching ??= new(op.IsSetOperator() ? MatchCardinality.ManyToMany : MatchCardinality.OneToOne, false, [], []);
        return new BinaryExpr(op, left, right, returnsBool, matching) { Span = span };
    }

    /// <summary>Where the operator stands, with its modifiers.</summary>
    TextSpan OperatorSpan(Expr left, Expr right)
    {
        var start = left.Span.End;
        while (start < right.Span.Start && char.IsWhiteSpace(text[start])) start++;
        return new(start, right.Span.Start);
    }

    static bool TryOperator(Token token, string text, out BinaryOperator op)
    {
        op = token.Kind switch
        {
            TokenKind.Add => BinaryOperator.Add,
            TokenKind.Subtract => BinaryOperator.Subtract,
            TokenKind.Multiply => BinaryOperator.Multiply,
            TokenKind.Divide => BinaryOperator.Divide,
            TokenKind.Modulo => BinaryOperator.Modulo,
            TokenKind.Power => BinaryOperator.Power,
            TokenKind.Equal => BinaryOperator.Equal,
            TokenKind.NotEqual => BinaryOperator.NotEqual,
            TokenKind.Less => BinaryOperator.Less,
            TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
            TokenKind.Greater => BinaryOperator.Greater,
            TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
            TokenKind.TrimUpper => BinaryOperator.TrimUpper,
            TokenKind.TrimLower => BinaryOperator.TrimLower,
            TokenKind.Word => text[token.Start..token.End].ToLowerInvariant() switch
            {
                "and" => BinaryOperator.And,
                "or" => BinaryOperator.Or,
                "unless" => BinaryOperator.Unless,
                "atan2" => BinaryOperator.Atan2,
                _ => (BinaryOperator)byte.MaxValue,
            },
            _ => (BinaryOperator)byte.MaxValue,
        };
        return op != (BinaryOperator)byte.MaxValue;
    }

    bool TryOperator(Token candidate, out BinaryOperator op) => TryOperator(candidate, text, out op);

    static bool IsReserved(string word) => word.ToLowerInvariant() is "on" or "ignoring" or "bool" or "group_left" or "group_right" or "atan2";

    string TextOf(Token of) => text[of.Start..of.End];

    bool IsKeyword(string keyword) => token.Kind == TokenKind.Word && text.AsSpan(token.Start, token.End - token.Start).Equals(keyword, StringComparison.OrdinalIgnoreCase);

    void Advance()
    {
        lastEnd = token.End;
        token = lexer.Next();
    }

    void Expect(TokenKind kind, string context)
    {
        if (token.Kind != kind) throw Unexpected(context);
        Advance();
    }

    /// <summary>Begins an expression. Answers the height of what stands beside it, for <see cref="Leave"/>.</summary>
    int Enter()
    {
        if (++depth > options.MaxDepth) throw Fault(new(token.Start, token.End), string.Create(CultureInfo.InvariantCulture, $"expression is nested more than {options.MaxDepth} deep"));
        var beside = height;
        height = 0;
        return beside;
    }

    /// <summary>An operator joined two operands: its tree is one taller than the taller of them.</summary>
    /// <remarks>A chain such as 1+1+1 takes no depth to read, but becomes a tree as deep as it is long, and all who walk trees do so by recursion.</remarks>
    void Join(int leftHeight)
    {
        height = Math.Max(leftHeight, height) + 1;
        if (height > options.MaxHeight) throw Fault(new(token.Start, token.End), string.Create(CultureInfo.InvariantCulture, $"expression has more than {options.MaxHeight} operators in a row"));
    }

    void Leave(int beside)
    {
        depth--;
        height = Math.Max(beside, height + 1);
    }

    string Unquoted(out string? invalid)
    {
        var literal = token;
        if (!StringUnquoter.TryUnquote(text.AsSpan(literal.Start, literal.End - literal.Start), out var value, out invalid, out var reason)) throw Fault(new(literal.Start, literal.End), reason);
        Advance();
        return value;
    }

    PromQlSyntaxException Fault(TextSpan span, string reason) => SyntaxFault.At(text, span, reason);

    PromQlSyntaxException Unexpected(string context, string expected = "")
    {
        if (token.Kind == TokenKind.End && lexer.AtEnd is { } reason) return Fault(new(token.Start, token.End), reason);
        var what = token.Kind switch
        {
            TokenKind.End => "end of input",
            TokenKind.Number => $"number {GoText.Quote(TextOf(token))}",
            TokenKind.Duration => $"duration {GoText.Quote(TextOf(token))}",
            TokenKind.String => $"string {GoText.Quote(TextOf(token))}",
            TokenKind.Word when IsKeywordLike(TextOf(token)) => $"<{TextOf(token).ToLowerInvariant()}>",
            TokenKind.Word => $"identifier {GoText.Quote(TextOf(token))}",
            _ => GoText.Quote(TextOf(token)),
        };
        return Fault(new(token.Start, token.End), $"unexpected {what}{(context.Length > 0 ? $" in {context}" : "")}{(expected.Length > 0 ? $", expected {expected}" : "")}");
    }

    static bool IsKeywordLike(string word) => TryAggregate(word, out _) || word.ToLowerInvariant() is "and" or "or" or "unless" or "atan2" or "by" or "without" or "on"
        or "ignoring" or "group_left" or "group_right" or "bool" or "offset" or "anchored" or "smoothed" or "start" or "end" or "step" or "range" or "fill" or "fill_left" or "fill_right";
}
