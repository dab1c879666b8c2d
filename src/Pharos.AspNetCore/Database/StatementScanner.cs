namespace Pharos.AspNetCore.Database;

enum TokenKind
{
    /// <summary>A keyword, a name or a parameter.</summary>
    Word,

    /// <summary>Text, a number, or something that may hold a value.</summary>
    Literal,

    Symbol,
}

/// <summary>Cuts a statement into words, literals and symbols, leaving out comments.</summary>
/// <remarks>Knows where comments, literals and quoted names begin and end in the dialects of PostgreSQL, SQLite, MySQL, SQL Server and Oracle. What does not end, ends with the text.</remarks>
ref struct StatementScanner(ReadOnlySpan<char> text, bool isDoubleQuotedText)
{
    readonly ReadOnlySpan<char> text = text;
    int at;

    public TokenKind Kind { get; private set; }

    public ReadOnlySpan<char> Token { get; private set; }

    /// <summary>Whether space or a comment stood before the token.</summary>
    public bool HadSpace { get; private set; }

    readonly ReadOnlySpan<char> Rest => text[at..];

    public bool Next()
    {
        HadSpace = SkipSpace();
        if (at >= text.Length) return false;
        var c = text[at];
        if (c == '\'') Take(TokenKind.Literal, Quoted('\'', hasBackslashes: isDoubleQuotedText));
        else if (c == '"') Take(isDoubleQuotedText ? TokenKind.Literal : TokenKind.Word, Quoted('"', hasBackslashes: isDoubleQuotedText));
        else if (c == '`') Take(TokenKind.Word, Quoted('`', hasBackslashes: false));
        else if (c == '[' && at + 1 < text.Length && (char.IsLetter(text[at + 1]) || text[at + 1] == '_')) Take(TokenKind.Word, Until(']')); // SQL Server's names; PostgreSQL's arrays begin with numbers or text.
        else if (DollarQuoted() is > 0 and var length) Take(TokenKind.Literal, length);
        else if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))) Take(TokenKind.Literal, Number());
        else if (IsWordStart(c) || c == '$') WordOrPrefixedText();
        else Take(TokenKind.Symbol, 1);
        return true;
    }

    /// <summary>A word; or text with a letter before it, such as <c>E'…'</c>, <c>N'…'</c>, <c>X'…'</c>, <c>U&amp;'…'</c>.</summary>
    void WordOrPrefixedText()
    {
        var length = 1;
        while (at + length < text.Length && (IsWordStart(text[at + length]) || char.IsAsciiDigit(text[at + length]) || text[at + length] == '$')) length++;
        var behind = at + length;
        if (behind + 1 < text.Length && text[behind] == '&' && text[behind + 1] == '\'') behind++;
        if (length == 1 && behind < text.Length && text[behind] == '\'')
        {
            var start = at;
            var hasBackslashes = isDoubleQuotedText || text[at] is 'e' or 'E';
            at = behind;
            var whole = behind - start + Quoted('\'', hasBackslashes);
            at = start;
            Take(TokenKind.Literal, whole);
        }
        else Take(TokenKind.Word, length);
    }

    void Take(TokenKind kind, int length)
    {
        Kind = kind;
        Token = text.Slice(at, length);
        at += length;
    }

    bool SkipSpace()
    {
        var start = at;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at])) at++;
            else if (Rest.StartsWith("--", StringComparison.Ordinal) || (text[at] == '#' && isDoubleQuotedText)) at += Until('\n');
            else if (Rest.StartsWith("/*", StringComparison.Ordinal)) SkipComment();
            else break;
        }
        return at > start;
    }

    /// <summary>Comments may hold comments, as ISO and PostgreSQL have it.</summary>
    void SkipComment()
    {
        var depth = 0;
        while (at < text.Length)
        {
            if (Rest.StartsWith("/*", StringComparison.Ordinal)) (depth, at) = (depth + 1, at + 2);
            else if (Rest.StartsWith("*/", StringComparison.Ordinal))
            {
                at += 2;
                if (--depth == 0) return;
            }
            else at++;
        }
    }

    /// <summary>Up to the closing quote; two quotes are one within.</summary>
    readonly int Quoted(char quote, bool hasBackslashes)
    {
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && hasBackslashes) i++;
            else if (text[i] == quote)
            {
                if (i + 1 >= text.Length || text[i + 1] != quote) return i + 1 - at;
                i++;
            }
        }
        return text.Length - at;
    }

    /// <summary>PostgreSQL's <c>$$…$$</c> and <c>$tag$…$tag$</c>; 0 when it is none, as <c>$1</c>.</summary>
    readonly int DollarQuoted()
    {
        if (text[at] != '$') return 0;
        var end = at + 1;
        while (end < text.Length && (IsWordStart(text[end]) || (end > at + 1 && char.IsAsciiDigit(text[end])))) end++;
        if (end >= text.Length || text[end] != '$' || (end > at + 1 && char.IsAsciiDigit(text[at + 1]))) return 0;
        var tag = text[at..(end + 1)];
        var close = text[(end + 1)..].IndexOf(tag, StringComparison.Ordinal);
        return close < 0 ? text.Length - at : end + 1 - at + close + tag.Length;
    }

    readonly int Number()
    {
        var length = 1;
        while (at + length < text.Length)
        {
            var c = text[at + length];
            var isSign = c is '+' or '-' && text[at + length - 1] is 'e' or 'E' && !text[at..(at + length)].StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_') && !isSign) break;
            length++;
        }
        return length;
    }

    readonly int Until(char end) => Rest.IndexOf(end) is >= 0 and var index ? index + 1 : text.Length - at;

    /// <summary>With the marks of parameters: <c>@p</c>, <c>:p</c>, <c>$1</c>. Words hold no values.</summary>
    static bool IsWordStart(char c) => char.IsLetter(c) || c is '_' or '@';
}
