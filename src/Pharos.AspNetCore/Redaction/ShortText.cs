namespace Pharos.AspNetCore.Redaction;

/// <summary>Texts that must not be of any length.</summary>
static class ShortText
{
    /// <summary>At most so many UTF-16 units, the last of them an ellipsis when something is missing.</summary>
    public static string Cut(string text, int maxLength)
    {
        if (text.Length <= maxLength) return text;
        var length = maxLength - 1;
        if (char.IsHighSurrogate(text[length - 1])) length--; // Half a character has no bytes.
        return string.Concat(text.AsSpan(0, length), "…");
    }
}
