using System.Globalization;

namespace Pharos.Query.PromQL.Syntax;

/// <summary>Cuts a query into tokens, one after another.</summary>
/// <remarks>A colon belongs to a word outside brackets (<c>job:rate:5m</c>) and stands alone inside them (<c>[5m:1m]</c>).</remarks>
struct PromQlLexer(string text)
{
    readonly string text = text;
    int at;
    bool inBrackets;
    bool inBraces;
    bool hasLength; // A number stood behind the bracket that is open.
    int parentheses;

    /// <summary>What Prometheus says of a query that ends here, when that is more than that it ends; else null.</summary>
    public readonly string? AtEnd =>
        inBraces ? "unexpected end of input inside braces"
        : inBrackets && !hasLength ? "unexpected end of input in duration expression"
        : parentheses > 0 ? "unclosed left parenthesis"
        : inBrackets ? "unclosed left bracket"
        : null;

    /// <exception cref="PromQlSyntaxException">A character, number or string that PromQL does not have.</exception>
    public Token Next()
    {
        SkipBlanksAndComments();
        var start = at;
        if (at >= text.Length) return new(TokenKind.End, at, at);
        var c = text[at];
        if (IsWordStart(c) || (c == ':' && !inBrackets && !inBraces)) return Word(start);
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1)))) return NumberOrDuration(start);
        if (c is '"' or '\'' or '`') return Quoted(start, c);
        at++;
        var kind = c switch
        {
            '(' => TokenKind.LeftParen,
            ')' => TokenKind.RightParen,
            '{' => TokenKind.LeftBrace,
            '}' => TokenKind.RightBrace,
            '[' => TokenKind.LeftBracket,
            ']' => TokenKind.RightBracket,
            ',' => TokenKind.Comma,
            ':' => TokenKind.Colon,
            '@' => TokenKind.At,
            '+' => TokenKind.Add,
            '-' => TokenKind.Subtract,
            '*' => TokenKind.Multiply,
            '/' => TokenKind.Divide,
            '%' => TokenKind.Modulo,
            '^' => TokenKind.Power,
            '=' when Take('=') => TokenKind.Equal,
            '=' when Take('~') => TokenKind.MatchRegex,
            '=' => TokenKind.Assign,
            '!' when Take('=') => TokenKind.NotEqual,
            '!' when Take('~') => TokenKind.MatchNotRegex,
            '<' when Take('=') => TokenKind.LessOrEqual,
            '<' when Take('/') => TokenKind.TrimUpper,
            '<' => TokenKind.Less,
            '>' when Take('=') => TokenKind.GreaterOrEqual,
            '>' when Take('/') => TokenKind.TrimLower,
            '>' => TokenKind.Greater,
            _ => throw Fault(start, at, $"unexpected character: {Describe(start)}"),
        };
        if (kind == TokenKind.LeftBracket) hasLength = false;
        inBrackets = kind switch { TokenKind.LeftBracket => true, TokenKind.RightBracket => false, _ => inBrackets };
        inBraces = kind switch { TokenKind.LeftBrace => true, TokenKind.RightBrace => false, _ => inBraces };
        parentheses += kind switch { TokenKind.LeftParen => 1, TokenKind.RightParen => -1, _ => 0 };
        return new(kind, start, at);
    }

    readonly char Peek(int ahead) => at + ahead < text.Length ? text[at + ahead] : '\0';

    bool Take(char c)
    {
        if (at >= text.Length || text[at] != c) return false;
        at++;
        return true;
    }

    void SkipBlanksAndComments()
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' or '\n' or '\r') at++;
            else if (text[at] == '#')
            {
                while (at < text.Length && text[at] != '\n') at++;
            }
            else return;
        }
    }

    static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_';

    Token Word(int start)
    {
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_' || (text[at] == ':' && !inBrackets && !inBraces))) at++;
        if (!inBraces && text.AsSpan(start, at - start) is var word && (word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("nan", StringComparison.OrdinalIgnoreCase)))
        {
            return new(TokenKind.Number, start, at);
        }
        return new(TokenKind.Word, start, at);
    }

    Token NumberOrDuration(int start)
    {
        hasLength = true;
        if (text[at] == '0' && Peek(1) is 'x' or 'X')
        {
            at += 2;
            while (char.IsAsciiHexDigit(Peek(0)) || Peek(0) == '_') at++;
        }
        else
        {
            SkipDigits();
            if (Peek(0) == '.')
            {
                at++;
                SkipDigits();
            }
            else if (char.IsAsciiLetter(Peek(0)) && Peek(0) is not ('e' or 'E')) return DurationToken(start);
            if (Peek(0) is 'e' or 'E')
            {
                at++;
                if (Peek(0) is '+' or '-') at++;
                SkipDigits();
            }
        }
        if (char.IsAsciiLetterOrDigit(Peek(0)) || Peek(0) == '_') throw BadNumber(start);
        return new(TokenKind.Number, start, at);
    }

    void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek(0)) || (Peek(0) == '_' && char.IsAsciiDigit(Peek(1)))) at++;
    }

    Token DurationToken(int start)
    {
        while (char.IsAsciiLetterOrDigit(Peek(0)) || Peek(0) == '_') at++;
        if (!Model.Time.PromDuration.TryParseMs(text.AsSpan(start, at - start), out _)) throw BadNumber(start);
        return new(TokenKind.Duration, start, at);
    }

    PromQlSyntaxException BadNumber(int start)
    {
        while (char.IsAsciiLetterOrDigit(Peek(0)) || Peek(0) is '_' or '.') at++;
        return Fault(start, at, $"bad number or duration syntax: \"{text[start..at]}\"");
    }

    Token Quoted(int start, char quote)
    {
        at++;
        while (at < text.Length && text[at] != quote)
        {
            if (quote != '`')
            {
                if (text[at] == '\n') break;
                if (text[at] == '\\') at++;
            }
            at++;
        }
        if (at >= text.Length || text[at] != quote)
        {
            at = Math.Min(at, text.Length);
            throw Fault(start, at, quote == '`' ? "unterminated raw string" : "unterminated quoted string");
        }
        at++;
        return new(TokenKind.String, start, at);
    }

    readonly string Describe(int start)
    {
        var rune = System.Text.Rune.TryGetRuneAt(text, start, out var found) ? found : System.Text.Rune.ReplacementChar;
        return rune.Value is >= 0x20 and < 0x7f ? $"'{rune}'" : string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}");
    }

    readonly PromQlSyntaxException Fault(int start, int end, string reason) => SyntaxFault.At(text, new(start, end), reason);
}
