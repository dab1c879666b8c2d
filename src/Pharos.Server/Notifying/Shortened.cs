using System.Text;

namespace Pharos.Server.Notifying;

/// <summary>Cuts texts where a service's limit is, between characters, with an ellipsis to show it.</summary>
static class Shortened
{
    /// <summary>At most that many code points.</summary>
    public static string ToRunes(string text, int max)
    {
        if (text.Length <= max) return text;
        var runes = text.EnumerateRunes().ToList();
        if (runes.Count <= max) return text;
        return max <= 3 ? string.Concat(runes.Take(max)) : $"{string.Concat(runes.Take(max - 1))}…";
    }

    /// <summary>At most that many bytes in UTF-8.</summary>
    public static string ToBytes(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes) return text;
        var kept = new StringBuilder();
        var left = maxBytes - 3; // The ellipsis itself.
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0) break;
            kept.Append(rune.ToString());
        }
        return $"{kept}…";
    }
}
