using System.Buffers;

namespace Pharos.Server.Load;

/// <summary>Which headers can be sent as they are written.</summary>
static class LoadHeaders
{
    static readonly SearchValues<char> TokenCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether the text is a token of HTTP (RFC 9110, section 5.6.2): a method or the name of a header.</summary>
    public static bool IsToken(string text) => text.Length is > 0 and <= 128 && !text.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>What is wrong with a header, and what to write instead; null: nothing.</summary>
    public static string? FaultOf(string name, string value)
    {
        if (!IsToken(name)) return $"\"{(name.Length <= 40 ? name : $"{name[..37]}...")}\" is no name of a header; write letters, digits and \"-\"";
        if (value.Any(char.IsControl)) return $"the value of {name} has a line break or another control character; remove it";
        // These two are the connection's own: another value would break the framing of the requests behind it.
        return name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
            ? $"{name} follows from the body; remove it"
            : null;
    }
}
