using System.Text;

namespace Pharos.Model.Text;

/// <summary>Raises and lowers letters as Go's <c>unicode</c> package does: one code point for one, by Unicode's simple mappings.</summary>
/// <remarks>.NET's invariant mapping leaves a few letters as they are that cross from other scripts into ASCII, and knows newer letters than Go's
/// tables of Unicode 15. Source: UnicodeData.txt, fields 12 and 13; compared for every code point by GoCaseTests.</remarks>
public static class GoCase
{
    public static Rune ToUpper(Rune rune) => rune.Value switch
    {
        'ı' => new Rune('I'),
        'ſ' => new Rune('S'),
        _ => IsNewer(rune.Value) ? rune : Rune.ToUpperInvariant(rune),
    };

    public static Rune ToLower(Rune rune) => rune.Value switch
    {
        'İ' => new Rune('i'),
        '\u212A' => new Rune('k'),
        _ => IsNewer(rune.Value) ? rune : Rune.ToLowerInvariant(rune),
    };

    public static string ToUpper(string text) => Ascii.IsValid(text) ? text.ToUpperInvariant() : Map(text, ToUpper);

    public static string ToLower(string text) => Ascii.IsValid(text) ? text.ToLowerInvariant() : Map(text, ToLower);

    /// <summary>Letters that got another case after Unicode 15.</summary>
    static bool IsNewer(int codePoint) => codePoint is 0x19B or 0x264 or 0x1C89 or 0x1C8A or (>= 0xA7CB and <= 0xA7CF) or (>= 0xA7D2 and <= 0xA7D5)
        or (>= 0xA7DA and <= 0xA7DC) or (>= 0x10D50 and <= 0x10D85) or (>= 0x16EA0 and <= 0x16ED3);

    static string Map(string text, Func<Rune, Rune> map)
    {
        var isChanged = false;
        foreach (var rune in text.EnumerateRunes()) isChanged |= map(rune) != rune;
        if (!isChanged) return text;
        var mapped = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes()) mapped.Append(units[..map(rune).EncodeToUtf16(units)]);
        return mapped.ToString();
    }
}
