using System.Globalization;
using System.Text;
using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

enum TokenKind
{
    Error, // Text holds the message.
    EndOfText,
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Assign,
    Declare,
    Bool,
    CharConstant,
    Char, // Any other printable ASCII character; only the comma has a meaning.
    Field,
    Identifier,
    Number,
    Pipe,
    LeftParen,
    RightParen,
    RawString,
    String,
    Variable,
    Dot, // From here on keywords, of which Go takes the dot for one.
    Nil,
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
}

/// <param name="Position">Index of the first character in the text.</param>
/// <param name="Line">1-based line on which it starts.</param>
readonly record struct Token(TokenKind Kind, string Text, int Position, int Line)
{
    public bool IsKeyword => Kind >= TokenKind.Dot;

    /// <summary>As error messages show it.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.EndOfText => "EOF",
        TokenKind.Error => Text,
        _ when IsKeyword => $"<{Text}>",
        _ when Text.Length > 10 => $"{GoText.Quote(Text[..10])}...",
        _ => GoText.Quote(Text),
    };
}

/// <summary>Cuts the text of a template into tokens: literal text outside <c>{{ }}</c>, words and signs inside.</summary>
/// <remarks>
/// <para>Trim markers and comments end here: what they remove never becomes a token.</para>
/// <para>Errors: the first one becomes the last token, with Go's message as its text.</para>
/// </remarks>
sealed class TemplateLexer
{
    const string Left = "{{";
    const string Right = "}}";
    const string Spaces = " \t\r\n";

    static readonly Dictionary<string, TokenKind> Keywords = new(StringComparer.Ordinal)
    {
        ["block"] = TokenKind.Block, ["break"] = TokenKind.Break, ["continue"] = TokenKind.Continue, ["define"] = TokenKind.Define,
        ["else"] = TokenKind.Else, ["end"] = TokenKind.End, ["if"] = TokenKind.If, ["nil"] = TokenKind.Nil, ["range"] = TokenKind.Range,
        ["template"] = TokenKind.Template, ["with"] = TokenKind.With, ["true"] = TokenKind.Bool, ["false"] = TokenKind.Bool,
    };

    readonly string text;
    readonly List<Token> tokens = [];
    int position;
    int line = 1;
    int parenDepth;
    bool failed;

    TemplateLexer(string text) => this.text = text;

    /// <summary>All tokens; the last one is <see cref="TokenKind.EndOfText"/> or <see cref="TokenKind.Error"/>.</summary>
    public static List<Token> Lex(string text)
    {
        var lexer = new TemplateLexer(text);
        while (!lexer.failed && lexer.LexText())
        {
        }
        if (!lexer.failed) lexer.Emit(TokenKind.EndOfText, lexer.position);
        return lexer.tokens;
    }

    /// <summary>Text up to the next action, then that action. False at the end of the text.</summary>
    bool LexText()
    {
        var start = position;
        var open = text.IndexOf(Left, position, StringComparison.Ordinal);
        if (open < 0)
        {
            position = text.Length;
            if (position > start) Emit(TokenKind.Text, start);
            return false;
        }
        var trims = HasLeftTrimMarker(open + Left.Length);
        var end = open;
        while (trims && end > start && Spaces.Contains(text[end - 1])) end--;
        position = end;
        if (end > start) Emit(TokenKind.Text, start);
        AdvanceTo(open);
        var afterMarker = open + Left.Length + (trims ? 2 : 0);
        if (text.AsSpan(afterMarker).StartsWith("/*"))
        {
            LexComment(afterMarker);
            return true;
        }
        position = open + Left.Length;
        Emit(TokenKind.LeftDelimiter, open);
        AdvanceTo(afterMarker);
        parenDepth = 0;
        while (!failed && LexInsideAction())
        {
        }
        return true;
    }

    void LexComment(int start)
    {
        var close = text.IndexOf("*/", start, StringComparison.Ordinal);
        if (close < 0)
        {
            Fail("unclosed comment");
            return;
        }
        AdvanceTo(close + 2);
        if (AtRightDelimiter(out var trims)) SkipRightDelimiter(trims);
        else Fail("comment ends before closing delimiter");
    }

    /// <summary>One token inside an action. False when the action is closed.</summary>
    bool LexInsideAction()
    {
        var start = position;
        if (AtRightDelimiter(out var trims))
        {
            if (parenDepth > 0) return Fail("unclosed left paren");
            position += trims ? 2 : 0;
            var delimiter = position;
            position += Right.Length;
            Emit(TokenKind.RightDelimiter, delimiter);
            if (trims) SkipSpaces();
            return false;
        }
        if (position >= text.Length) return Fail("unclosed action");
        var c = text[position];
        switch (c)
        {
            case ' ' or '\t' or '\r' or '\n':
                // The blank before a trimming "-}}" belongs to that marker.
                do position++;
                while (position < text.Length && Spaces.Contains(text[position]) && !AtRightDelimiter(out _));
                return Emit(TokenKind.Space, start);
            case '=':
                position++;
                return Emit(TokenKind.Assign, start);
            case ':':
                position++;
                if (position >= text.Length || text[position] != '=') return Fail("expected :=");
                position++;
                return Emit(TokenKind.Declare, start);
            case '|':
                position++;
                return Emit(TokenKind.Pipe, start);
            case '"':
                return LexQuoted('"', TokenKind.String, "unterminated quoted string");
            case '\'':
                return LexQuoted('\'', TokenKind.CharConstant, "unterminated character constant");
            case '`':
                return LexRawString();
            case '(':
                position++;
                parenDepth++;
                return Emit(TokenKind.LeftParen, start);
            case ')':
                position++;
                return --parenDepth < 0 ? Fail("unexpected right paren") : Emit(TokenKind.RightParen, start);
            case '$':
                return LexName(TokenKind.Variable, TokenKind.Variable);
            case '.' when position + 1 >= text.Length || !char.IsAsciiDigit(text[position + 1]):
                return LexName(TokenKind.Field, TokenKind.Dot);
            case '.' or '+' or '-' or (>= '0' and <= '9'):
                return LexNumber();
        }
        if (IsAlphanumeric(RuneAt(position))) return LexIdentifier();
        if (c is > ' ' and < (char)0x7f)
        {
            position++;
            return Emit(TokenKind.Char, start);
        }
        return Fail($"unrecognized character in action: {Describe(RuneAt(position))}");
    }

    bool LexQuoted(char quote, TokenKind kind, string unterminated)
    {
        var start = position++;
        while (position < text.Length && text[position] != '\n')
        {
            var c = text[position++];
            if (c == quote) return Emit(kind, start);
            if (c == '\\' && position < text.Length && text[position] != '\n') position++;
        }
        return Fail(unterminated);
    }

    bool LexRawString()
    {
        var start = position;
        var close = text.IndexOf('`', position + 1);
        if (close < 0) return Fail("unterminated raw quoted string");
        position = close + 1;
        return Emit(TokenKind.RawString, start);
    }

    /// <summary>A sign (<c>.</c> or <c>$</c>) and the name after it, if any.</summary>
    bool LexName(TokenKind named, TokenKind alone)
    {
        var start = position++;
        if (AtTerminator()) return Emit(alone, start);
        SkipAlphanumeric();
        return AtTerminator() ? Emit(named, start) : Fail($"bad character {Describe(RuneAt(position))}");
    }

    bool LexIdentifier()
    {
        var start = position;
        SkipAlphanumeric();
        if (!AtTerminator()) return Fail($"bad character {Describe(RuneAt(position))}");
        return Emit(Keywords.GetValueOrDefault(text[start..position], TokenKind.Identifier), start);
    }

    bool LexNumber()
    {
        var start = position;
        if (text[position] is '+' or '-') position++;
        var digits = "0123456789_";
        if (position + 1 < text.Length && text[position] == '0')
        {
            digits = text[position + 1] switch
            {
                'x' or 'X' => "0123456789abcdefABCDEF_",
                'o' or 'O' => "01234567_",
                'b' or 'B' => "01_",
                _ => digits,
            };
            if (digits.Length != 11) position += 2;
        }
        SkipAll(digits);
        if (position < text.Length && text[position] == '.')
        {
            position++;
            SkipAll(digits);
        }
        var exponent = digits.Length > 11 ? "pP" : digits.Length == 11 ? "eE" : "";
        if (position < text.Length && exponent.Contains(text[position]))
        {
            position++;
            if (position < text.Length && text[position] is '+' or '-') position++;
            SkipAll("0123456789_");
        }
        if (position < text.Length && IsAlphanumeric(RuneAt(position)))
        {
            position += RuneAt(position).Utf16SequenceLength;
            return Fail($"bad number syntax: {GoText.Quote(text[start..position])}");
        }
        return Emit(TokenKind.Number, start);
    }

    void SkipAll(string allowed)
    {
        while (position < text.Length && allowed.Contains(text[position])) position++;
    }

    void SkipAlphanumeric()
    {
        while (position < text.Length && IsAlphanumeric(RuneAt(position))) position += RuneAt(position).Utf16SequenceLength;
    }

    void SkipSpaces()
    {
        var end = position;
        while (end < text.Length && Spaces.Contains(text[end])) end++;
        AdvanceTo(end);
    }

    void SkipRightDelimiter(bool trims)
    {
        AdvanceTo(position + Right.Length + (trims ? 2 : 0));
        if (trims) SkipSpaces();
    }

    /// <summary>Whether <c>- </c> stands there, which trims the text before.</summary>
    bool HasLeftTrimMarker(int at) => at + 1 < text.Length && text[at] == '-' && Spaces.Contains(text[at + 1]);

    /// <summary>Whether <c>}}</c>, or <c> -}}</c> which trims the text after, stands here.</summary>
    bool AtRightDelimiter(out bool trims)
    {
        var rest = text.AsSpan(position);
        trims = rest.Length > 1 && Spaces.Contains(rest[0]) && rest[1..].StartsWith("-}}");
        return trims || rest.StartsWith(Right);
    }

    /// <summary>Whether a name may end here. Keeps <c>$x.y%z</c> and other accidents from being read as something.</summary>
    bool AtTerminator() => position >= text.Length || " \t\r\n.,|:()".Contains(text[position]) || AtRightDelimiter(out _);

    Rune RuneAt(int at) => Rune.TryGetRuneAt(text, at, out var rune) ? rune : Rune.ReplacementChar;

    static bool IsAlphanumeric(Rune rune) => rune.Value == '_' || Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    static string Describe(Rune rune) => GoText.IsPrintable(rune)
        ? string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4} '{rune}'")
        : string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}");

    /// <summary>Takes the text from start to here. Always true, so that a caller can say "go on" with it.</summary>
    bool Emit(TokenKind kind, int start)
    {
        var taken = text[start..position];
        tokens.Add(new(kind, taken, start, line));
        line += taken.AsSpan().Count('\n');
        return true;
    }

    /// <summary>Leaves out text up to there, counting its lines.</summary>
    void AdvanceTo(int end)
    {
        line += text.AsSpan(position, end - position).Count('\n');
        position = end;
    }

    bool Fail(string message)
    {
        failed = true;
        tokens.Add(new(TokenKind.Error, message, position, line));
        return false;
    }
}
