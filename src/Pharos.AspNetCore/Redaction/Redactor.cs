using System.Buffers;
using System.Text;

namespace Pharos.AspNetCore.Redaction;

/// <summary>Says which names hold secrets, and finds secrets inside texts.</summary>
/// <remarks>
/// <para>A text is searched for <c>name=value</c>, <c>name: value</c>, <c>"name":"value"</c> (also inside quoted JSON), for user and password in addresses,
/// for <c>Bearer</c> tokens, and for <c>[name, value]</c>, as which .NET shows an entry of a dictionary. What is found gives way to <see cref="Mask"/>; the text around it stays as it was.</para>
/// <para>Rather too much than too little: a value that only looks like a secret is masked too.</para>
/// <para>Threads: any; nothing changes after construction. Cost: none is allocated unless something is masked; linear in the text.</para>
/// </remarks>
sealed class Redactor
{
    /// <summary>What stands in the place of a secret, as in the Python guides.</summary>
    public const string Mask = "***REDACTED***";

    const int MaxKeyLength = 128;

    /// <summary>A shorter value stands in every message by chance.</summary>
    const int MinSecretLength = 3;

    /// <summary>Secret wherever they stand in a name.</summary>
    static readonly string[] Parts =
    [
        "password", "passwd", "passphrase", "secret", "apikey", "authorization", "credential", "privatekey", "accesskey", "accountkey", "sharedkey",
        "connectionstring", "setcookie", "creditcard", "cardnumber", "bearer",
    ];

    /// <summary>Secret only as the end of a name: <c>access_token</c> is one, <c>tokens_used</c> is not.</summary>
    static readonly string[] Ends = ["token", "pwd", "cookie", "jwt", "otp", "cvv", "cvc", "ssn", "sig", "signature"];

    static readonly SearchValues<char> Hints = SearchValues.Create("=: [");
    static readonly SearchValues<char> ValueEnds = SearchValues.Create("&;,\"'<>)]}#| \t\r\n\\");
    static readonly SearchValues<char> NeverInNames = SearchValues.Create("[]{}()<>=:;\"'&?\r\n");
    static readonly SearchValues<char> AuthorityEnds = SearchValues.Create("/?#\\\"'<> \t\r\n");

    readonly SearchValues<string> parts;
    readonly string[] allowed;

    public Redactor(RedactionOptions options)
    {
        parts = SearchValues.Create([.. Parts, .. options.Keys.Select(Fold).Where(key => key.Length > 0)], StringComparison.Ordinal);
        allowed = [.. options.AllowedKeys.Select(Fold)];
    }

    /// <summary>Whether the value under this name is to be masked.</summary>
    public bool IsSensitive(ReadOnlySpan<char> key)
    {
        if (key.Length < 3) return false;
        // Of a name without end, the end says most.
        if (key.Length > MaxKeyLength) key = key[^MaxKeyLength..];
        Span<char> buffer = stackalloc char[MaxKeyLength];
        var folded = buffer[..Fold(key, buffer)];
        if (!folded.ContainsAny(parts) && !EndsSensitive(folded)) return false;
        // The types of an exception and of what an authorization requires stand before a colon as the name of a value does.
        if (folded.EndsWith("exception") || folded.EndsWith("requirement")) return false;
        foreach (var name in allowed)
        {
            if (folded.SequenceEqual(name)) return false;
        }
        return true;
    }

    /// <summary>The text with every secret in it masked; the same instance when there is none.</summary>
    public string Scrub(string text)
    {
        if (!TryFindSecret(text, 0, out var start, out var end)) return text;
        var scrubbed = new StringBuilder(text.Length);
        var done = 0;
        do
        {
            scrubbed.Append(text, done, start - done).Append(Mask);
            done = end;
        }
        while (TryFindSecret(text, end, out start, out end));
        return scrubbed.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>A message without the value of a secret field, wherever its formatter has put it.</summary>
    public static string Hide(string message, string secret) => secret.Length < MinSecretLength ? message : message.Replace(secret, Mask, StringComparison.Ordinal);

    /// <summary>Finds the first secret that begins at <paramref name="from"/> or later.</summary>
    public bool TryFindSecret(ReadOnlySpan<char> text, int from, out int start, out int end)
    {
        for (var at = from; at < text.Length; at++)
        {
            var step = text[at..].IndexOfAny(Hints);
            if (step < 0) break;
            at += step;
            var isFound = text[at] switch
            {
                ' ' => TryBearer(text, from, at, out start, out end),
                '[' => TryEntry(text, at, out start, out end),
                ':' when text[at..].StartsWith("://") => TryUserInfo(text, at + 3, out start, out end),
                _ => TryValue(text, from, at, out start, out end),
            };
            if (isFound && start >= from) return true;
        }
        start = end = text.Length;
        return false;
    }

    /// <summary><c>scheme://user:password@host</c>: all before the at sign.</summary>
    static bool TryUserInfo(ReadOnlySpan<char> text, int authority, out int start, out int end)
    {
        var length = text[authority..].IndexOfAny(AuthorityEnds);
        var at = (length < 0 ? text[authority..] : text.Slice(authority, length)).LastIndexOf('@');
        (start, end) = (authority, authority + at);
        return at > 0 && !text[start..end].SequenceEqual(Mask);
    }

    /// <summary>A token after the word <c>Bearer</c>, under whatever name.</summary>
    static bool TryBearer(ReadOnlySpan<char> text, int from, int blank, out int start, out int end)
    {
        (start, end) = (blank + 1, blank + 1);
        if (!text[from..blank].EndsWith("bearer", StringComparison.OrdinalIgnoreCase)) return false;
        end = ValueEnd(text, start);
        // Shorter ones are words: "the bearer of".
        return end - start >= 8 && !text[start..end].SequenceEqual(Mask);
    }

    /// <summary><c>[name, value]</c>.</summary>
    bool TryEntry(ReadOnlySpan<char> text, int bracket, out int start, out int end)
    {
        start = end = bracket + 1;
        var within = text.Slice(start, Math.Min(MaxKeyLength, text.Length - start));
        var comma = within.IndexOf(", ");
        // Only a name: what has signs in it is something else that begins with a bracket, and may hold a secret of another form further on.
        if (comma <= 0 || within[..comma].ContainsAny(NeverInNames) || !IsSensitive(within[..comma])) return false;
        start += comma + 2;
        var length = text[start..].IndexOfAny(']', '\n');
        end = length < 0 ? text.Length : start + length;
        return end > start && !text[start..end].SequenceEqual(Mask);
    }

    /// <summary>The value behind <c>=</c> or <c>:</c>, when the name before it is a secret's.</summary>
    bool TryValue(ReadOnlySpan<char> text, int from, int separator, out int start, out int end)
    {
        start = end = separator + 1;
        var keyEnd = separator;
        while (keyEnd > from && text[keyEnd - 1] is ' ' or '"' or '\'' or '\\') keyEnd--;
        var keyStart = keyEnd;
        // Blanks belong to the names of connection strings ("Shared Key=..."), where only the last word counts here.
        while (keyStart > from && keyEnd - keyStart < MaxKeyLength && (char.IsAsciiLetterOrDigit(text[keyStart - 1]) || text[keyStart - 1] is '_' or '-' or '.')) keyStart--;
        if (!IsSensitive(text[keyStart..keyEnd])) return false;

        while (start < text.Length && text[start] == ' ') start++;
        end = start;
        if (start == text.Length) return false;
        if (text[start] is '{' or '[')
        {
            end = BracketEnd(text, start);
        }
        else
        {
            while (start < text.Length && text[start] == '\\') start++;
            end = start < text.Length && text[start] is '"' or '\'' ? QuoteEnd(text, ref start) : ValueEnd(text, start);
            if (end < text.Length && text[end] == ' ' && IsScheme(text[start..end])) end = ValueEnd(text, end + 1);
        }
        return end > start && !text[start..end].SequenceEqual(Mask) && text[start..end] is not "null";
    }

    static bool IsScheme(ReadOnlySpan<char> word) =>
        word.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || word.Equals("Basic", StringComparison.OrdinalIgnoreCase)
        || word.Equals("Digest", StringComparison.OrdinalIgnoreCase) || word.Equals("Negotiate", StringComparison.OrdinalIgnoreCase);

    static int ValueEnd(ReadOnlySpan<char> text, int start)
    {
        var length = text[start..].IndexOfAny(ValueEnds);
        return length < 0 ? text.Length : start + length;
    }

    /// <summary>The end of a quoted value, which begins behind the quote. Quotes that stand escaped at the begin end escaped as well, one level deep.</summary>
    static int QuoteEnd(ReadOnlySpan<char> text, ref int start)
    {
        var quote = text[start];
        var isEscaped = start > 0 && text[start - 1] == '\\';
        start++;
        for (var at = start; at < text.Length; at++)
        {
            if (text[at] != quote) continue;
            var slashes = 0;
            while (at - slashes > start && text[at - slashes - 1] == '\\') slashes++;
            if (isEscaped && slashes == 1) return at - 1;
            if (slashes % 2 == 0) return at;
        }
        return text.Length;
    }

    static int BracketEnd(ReadOnlySpan<char> text, int start)
    {
        var depth = 0;
        for (var at = start; at < text.Length; at++)
        {
            if (text[at] is '{' or '[') depth++;
            else if (text[at] is '}' or ']' && --depth == 0) return at + 1;
        }
        return text.Length;
    }

    static bool EndsSensitive(ReadOnlySpan<char> folded)
    {
        foreach (var end in Ends)
        {
            if (folded.EndsWith(end)) return true;
        }
        return false;
    }

    static string Fold(string key)
    {
        var buffer = new char[key.Length];
        return new string(buffer, 0, Fold(key, buffer));
    }

    static int Fold(ReadOnlySpan<char> key, Span<char> folded)
    {
        var length = 0;
        foreach (var letter in key)
        {
            if (letter is not ('_' or '-' or '.' or ' ')) folded[length++] = char.ToLowerInvariant(letter);
        }
        return length;
    }
}
