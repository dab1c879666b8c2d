namespace Pharos.Query.PromQL.Syntax;

enum TokenKind : byte
{
    End, Number, Duration, String, Word,
    LeftParen, RightParen, LeftBrace, RightBrace, LeftBracket, RightBracket, Comma, Colon, At,
    Assign, NotEqual, MatchRegex, MatchNotRegex,
    Equal, Less, LessOrEqual, Greater, GreaterOrEqual, TrimUpper, TrimLower,
    Add, Subtract, Multiply, Divide, Modulo, Power,
}

/// <summary>One token: its kind and where it stands. Words are keywords, names and functions alike; the parser knows which by place.</summary>
readonly record struct Token(TokenKind Kind, int Start, int End);
