using System.Text;

namespace Pharos.AspNetCore.Database;

/// <summary>What may be told of an SQL statement: its kind, and its text without comments and literals.</summary>
/// <remarks>
/// What the scanner is not sure about becomes a <c>?</c>: a log must never hold a customer's data.
/// Limits: only the first 8 192 characters are looked at.
/// </remarks>
static class Statement
{
    const int MaxScanned = 8_192;

    /// <summary><c>select</c>, <c>insert</c>, <c>update</c>, <c>delete</c>; <c>other</c> for all else. Behind <c>WITH</c> the statement that follows the named queries.</summary>
    public static string KindOf(string? sql)
    {
        var scanner = new StatementScanner(Bounded(sql), isDoubleQuotedText: false);
        var isWith = false;
        var depth = 0; // Brackets behind WITH hold the named queries; those before anything else hold the statement itself.
        while (scanner.Next())
        {
            if (scanner.Kind == TokenKind.Symbol && isWith) depth += scanner.Token switch { "(" => 1, ")" => -1, _ => 0 };
            if (scanner.Kind != TokenKind.Word || depth > 0) continue;
            if (KindOfWord(scanner.Token) is { } kind) return kind;
            if (!isWith && !scanner.Token.Equals("with", StringComparison.OrdinalIgnoreCase)) return "other";
            isWith = true;
        }
        return "other";
    }

    /// <summary>One line without comments, with <c>?</c> in the place of each literal, cut with an ellipsis.</summary>
    /// <param name="isDoubleQuotedText">In MySQL double quotes hold text; elsewhere they hold names.</param>
    public static string Clean(string? sql, int maxLength, bool isDoubleQuotedText = false)
    {
        var scanner = new StatementScanner(Bounded(sql), isDoubleQuotedText);
        var text = new StringBuilder();
        while (scanner.Next() && text.Length <= maxLength)
        {
            if (scanner.HadSpace && text.Length > 0) text.Append(' ');
            text.Append(scanner.Kind == TokenKind.Literal ? "?" : scanner.Token);
        }
        if (text.Length <= maxLength) return text.ToString();
        text.Length = maxLength - 1;
        if (char.IsHighSurrogate(text[^1])) text.Length--;
        return text.Append('…').ToString();
    }

    static ReadOnlySpan<char> Bounded(string? sql) => sql is null ? "" : sql.AsSpan(0, Math.Min(sql.Length, MaxScanned));

    static string? KindOfWord(ReadOnlySpan<char> word)
    {
        foreach (var kind in (ReadOnlySpan<string>)["select", "insert", "update", "delete"])
        {
            if (word.Equals(kind, StringComparison.OrdinalIgnoreCase)) return kind;
        }
        return null;
    }
}
