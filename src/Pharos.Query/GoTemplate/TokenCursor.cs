using System.Diagnostics.CodeAnalysis;

namespace Pharos.Query.GoTemplate;

/// <summary>The tokens of one text with a place among them, and the faults found at it.</summary>
/// <remarks>Limits: nesting of <see cref="MaxNesting"/>, so that a hostile text cannot exhaust the stack of the parser or of the evaluator.</remarks>
sealed class TokenCursor(string name, string text)
{
    const int MaxNesting = 500;

    readonly List<Token> tokens = TemplateLexer.Lex(text);
    int next;
    int nesting;

    public string Name => name;

    public string Text => text;

    /// <summary>Line at which the action began that is being read; 0 outside of actions.</summary>
    public int ActionLine { get; set; }

    /// <summary>Place of the next token, to come back to.</summary>
    public int Place
    {
        get => next;
        set => next = value;
    }

    public void Back() => next--;

    public Token Peek() => tokens[Math.Min(next, tokens.Count - 1)];

    public Token Next() => tokens[Math.Min(next++, tokens.Count - 1)];

    public void SkipSpace()
    {
        while (Peek().Kind == TokenKind.Space) next++;
    }

    public Token PeekNonSpace()
    {
        var at = next;
        while (at < tokens.Count - 1 && tokens[at].Kind == TokenKind.Space) at++;
        return tokens[Math.Min(at, tokens.Count - 1)];
    }

    public Token NextNonSpace()
    {
        SkipSpace();
        return Next();
    }

    public void Expect(TokenKind kind, string context)
    {
        var token = NextNonSpace();
        if (token.Kind != kind) Unexpected(token, context);
    }

    public void Enter()
    {
        if (++nesting > MaxNesting) Fail($"nested deeper than {MaxNesting} levels");
    }

    public void Leave() => nesting--;

    [DoesNotReturn]
    public void Unexpected(Token token, string context)
    {
        if (token.Kind != TokenKind.Error) Fail($"unexpected {token} in {context}");
        var extra = "";
        if (ActionLine != 0 && ActionLine != token.Line)
        {
            extra = token.Text.EndsWith(" action", StringComparison.Ordinal) ? $" started at {name}:{ActionLine}" : $" in action started at {name}:{ActionLine}";
        }
        Fail($"{token}{extra}");
    }

    /// <summary>Refuses the text at the token read last.</summary>
    [DoesNotReturn]
    public void Fail(string reason)
    {
        var token = tokens[Math.Clamp(next - 1, 0, tokens.Count - 1)];
        throw new TemplateSyntaxException(name, token.Line, ParsedTemplate.ColumnOf(text, token.Position), reason);
    }

    public string Unquote(Token token)
    {
        if (!GoLiteral.TryUnquote(token.Text, out var unquoted)) Fail("invalid syntax");
        return unquoted;
    }
}
