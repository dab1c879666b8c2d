using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>The sets with names: Perl's (ASCII, as in RE2), POSIX', Unicode's categories and common scripts.</summary>
static class NamedSets
{
    static readonly CodePointSet Digit = CodePointSet.Union([('0', '9')]);
    static readonly CodePointSet Space = CodePointSet.Union([('\t', '\n'), ('\f', '\r'), (' ', ' ')]);
    static readonly CodePointSet WordChars = CodePointSet.Union([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]);

    static readonly ConcurrentDictionary<string, CodePointSet?> Unicode = new(StringComparer.Ordinal);

    public static CodePointSet? Perl(char letter) => letter switch
    {
        'd' => Digit,
        'D' => Digit.Complement(),
        's' => Space,
        'S' => Space.Complement(),
        'w' => WordChars,
        'W' => WordChars.Complement(),
        _ => null,
    };

    public static CodePointSet? Posix(string name) => name switch
    {
        "alnum" => CodePointSet.Union([('0', '9'), ('A', 'Z'), ('a', 'z')]),
        "alpha" => CodePointSet.Union([('A', 'Z'), ('a', 'z')]),
        "ascii" => CodePointSet.Union([(0, 0x7f)]),
        "blank" => CodePointSet.Union([('\t', '\t'), (' ', ' ')]),
        "cntrl" => CodePointSet.Union([(0, 0x1f), (0x7f, 0x7f)]),
        "digit" => Digit,
        "graph" => CodePointSet.Union([('!', '~')]),
        "lower" => CodePointSet.Union([('a', 'z')]),
        "print" => CodePointSet.Union([(' ', '~')]),
        "punct" => CodePointSet.Union([('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
        "space" => CodePointSet.Union([('\t', '\r'), (' ', ' ')]),
        "upper" => CodePointSet.Union([('A', 'Z')]),
        "word" => WordChars,
        "xdigit" => CodePointSet.Union([('0', '9'), ('A', 'F'), ('a', 'f')]),
        _ => null,
    };

    /// <summary>A Unicode category (<c>L</c>, <c>Lu</c>) or one of the scripts below; null when unknown.</summary>
    public static CodePointSet? UnicodeClass(string name) => Unicode.GetOrAdd(name, static wanted => Script(wanted) ?? Category(wanted));

    static CodePointSet? Script(string name) => name switch
    {
        "Any" => CodePointSet.Any,
        "Latin" => CodePointSet.Union([('A', 'Z'), ('a', 'z'), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2B8), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA722, 0xA787), (0xFB00, 0xFB06), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A)]),
        "Greek" => CodePointSet.Union([(0x370, 0x373), (0x375, 0x377), (0x37A, 0x37D), (0x37F, 0x37F), (0x384, 0x384), (0x386, 0x386), (0x388, 0x3E1), (0x3F0, 0x3FF), (0x1F00, 0x1FFE)]),
        "Cyrillic" => CodePointSet.Union([(0x400, 0x484), (0x487, 0x52F), (0x1C80, 0x1C88), (0x1D2B, 0x1D2B), (0x2DE0, 0x2DFF), (0xA640, 0xA69F)]),
        "Arabic" => CodePointSet.Union([(0x600, 0x604), (0x606, 0x60B), (0x60D, 0x61A), (0x61C, 0x61E), (0x620, 0x63F), (0x641, 0x64A), (0x656, 0x66F), (0x671, 0x6DC), (0x6DE, 0x6FF), (0x750, 0x77F)]),
        "Hebrew" => CodePointSet.Union([(0x591, 0x5C7), (0x5D0, 0x5EA), (0x5EF, 0x5F4), (0xFB1D, 0xFB4F)]),
        "Han" => CodePointSet.Union([(0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAD9), (0x20000, 0x323AF)]),
        "Hiragana" => CodePointSet.Union([(0x3041, 0x3096), (0x309D, 0x309F), (0x1B001, 0x1B11F), (0x1F200, 0x1F200)]),
        "Katakana" => CodePointSet.Union([(0x30A1, 0x30FA), (0x30FD, 0x30FF), (0x31F0, 0x31FF), (0x32D0, 0x32FE), (0x3300, 0x3357), (0xFF66, 0xFF6F), (0xFF71, 0xFF9D)]),
        "Hangul" => CodePointSet.Union([(0x1100, 0x11FF), (0x302E, 0x302F), (0x3131, 0x318E), (0x3200, 0x321E), (0xA960, 0xA97C), (0xAC00, 0xD7A3), (0xD7B0, 0xD7FB)]),
        "Thai" => CodePointSet.Union([(0xE01, 0xE3A), (0xE40, 0xE5B)]),
        "Devanagari" => CodePointSet.Union([(0x900, 0x950), (0x955, 0x963), (0x966, 0x97F), (0xA8E0, 0xA8FF)]),
        _ => null,
    };

    static CodePointSet? Category(string name)
    {
        var members = new List<(int From, int To)>();
        for (var c = 0; c <= CodePointSet.Last; c++)
        {
            if (!Rune.IsValid(c) || !Short(Rune.GetUnicodeCategory(new Rune(c))).StartsWith(name, StringComparison.Ordinal)) continue;
            if (members.Count > 0 && members[^1].To == c - 1) members[^1] = (members[^1].From, c);
            else members.Add((c, c));
        }
        return members.Count == 0 || name.Length is 0 or > 2 ? null : CodePointSet.Union(members);
    }

    static string Short(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => "Lu",
        UnicodeCategory.LowercaseLetter => "Ll",
        UnicodeCategory.TitlecaseLetter => "Lt",
        UnicodeCategory.ModifierLetter => "Lm",
        UnicodeCategory.OtherLetter => "Lo",
        UnicodeCategory.NonSpacingMark => "Mn",
        UnicodeCategory.SpacingCombiningMark => "Mc",
        UnicodeCategory.EnclosingMark => "Me",
        UnicodeCategory.DecimalDigitNumber => "Nd",
        UnicodeCategory.LetterNumber => "Nl",
        UnicodeCategory.OtherNumber => "No",
        UnicodeCategory.SpaceSeparator => "Zs",
        UnicodeCategory.LineSeparator => "Zl",
        UnicodeCategory.ParagraphSeparator => "Zp",
        UnicodeCategory.Control => "Cc",
        UnicodeCategory.Format => "Cf",
        UnicodeCategory.Surrogate => "Cs",
        UnicodeCategory.PrivateUse => "Co",
        UnicodeCategory.ConnectorPunctuation => "Pc",
        UnicodeCategory.DashPunctuation => "Pd",
        UnicodeCategory.OpenPunctuation => "Ps",
        UnicodeCategory.ClosePunctuation => "Pe",
        UnicodeCategory.InitialQuotePunctuation => "Pi",
        UnicodeCategory.FinalQuotePunctuation => "Pf",
        UnicodeCategory.OtherPunctuation => "Po",
        UnicodeCategory.MathSymbol => "Sm",
        UnicodeCategory.CurrencySymbol => "Sc",
        UnicodeCategory.ModifierSymbol => "Sk",
        UnicodeCategory.OtherSymbol => "So",
        _ => "Cn",
    };
}
