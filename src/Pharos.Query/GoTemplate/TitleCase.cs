using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Pharos.Model.Text;

namespace Pharos.Query.GoTemplate;

/// <summary>Raises the first letter of each word, for the templates' <c>title</c>.</summary>
/// <remarks>Words end as Unicode says: <c>it's</c>, <c>example.com</c>, <c>a:b</c> and <c>snake_case</c> are one word each. A number before the first letter belongs
/// to its word (<c>1st</c> becomes <c>1St</c>). Source: Unicode Standard Annex 29, word boundaries; Unicode's SpecialCasing.txt.</remarks>
public static class TitleCase
{
    /// <param name="lowersRest">The other letters of a word are lowered.</param>
    public static string Of(string text, bool lowersRest)
    {
        var titled = new StringBuilder(text.Length);
        var isRaised = false;
        var before = default(Rune);
        Rune[] runes = [.. text.EnumerateRunes()];
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (Rune.IsLetter(rune))
            {
                if (!isRaised) titled.Append(Raised(rune));
                else titled.Append(lowersRest ? Lowered(runes, i) : rune.ToString());
                isRaised = true;
            }
            else
            {
                titled.Append(rune.ToString());
                if (!GoesOn(before, rune, i + 1 < runes.Length ? runes[i + 1] : default)) isRaised = false;
            }
            if (!IsMark(rune)) before = rune;
        }
        return titled.ToString();
    }

    /// <summary>Whether a character that is no letter leaves the word unended.</summary>
    static bool GoesOn(Rune before, Rune rune, Rune after)
    {
        if (Rune.IsDigit(rune) || IsMark(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.ConnectorPunctuation) return true;
        return (IsBetweenLetters(rune) && Rune.IsLetter(before) && Rune.IsLetter(after)) || (IsBetweenDigits(rune) && Rune.IsDigit(before) && Rune.IsDigit(after));
    }

    static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    static bool IsBetweenLetters(Rune rune) => rune.Value is '\'' or '.' or ':' or '\u2018' or '\u2019' or '\u2024' or '\u00b7' or '\u0387' or '\u2027' or '\u055f' or '\u05f4';

    static bool IsBetweenDigits(Rune rune) => rune.Value is '\'' or '.' or ',' or ';' or '\u2018' or '\u2019' or '\u2024' or '\u066c';

    /// <summary>Letters that become several, and pairs in one letter of which only the first is raised: code points, each with what it becomes.</summary>
    static readonly FrozenDictionary<int, string> Titles = Parse("""
        DF:53+73 149:2BC+4E 1F0:4A+30C 390:399+308+301 3B0:3A5+308+301 587:535+582 1E96:48+331 1E97:54+308 1E98:57+30A 1E99:59+30A
        1E9A:41+2BE 1F50:3A5+313 1F52:3A5+313+300 1F54:3A5+313+301 1F56:3A5+313+342 1FB2:1FBA+345 1FB4:386+345 1FB6:391+342
        1FB7:391+342+345 1FC2:1FCA+345 1FC4:389+345 1FC6:397+342 1FC7:397+342+345 1FD2:399+308+300 1FD3:399+308+301 1FD6:399+342
        1FD7:399+308+342 1FE2:3A5+308+300 1FE3:3A5+308+301 1FE4:3A1+313 1FE6:3A5+342 1FE7:3A5+308+342 1FF2:1FFA+345 1FF4:38F+345
        1FF6:3A9+342 1FF7:3A9+342+345 FB00:46+66 FB01:46+69 FB02:46+6C FB03:46+66+69 FB04:46+66+6C FB05:53+74 FB06:53+74 FB13:544+576
        FB14:544+565 FB15:544+56B FB16:54E+576 FB17:544+56D
        1C4:1C5 1C5:1C5 1C6:1C5 1C7:1C8 1C8:1C8 1C9:1C8 1CA:1CB 1CB:1CB 1CC:1CB 1F1:1F2 1F2:1F2 1F3:1F2
        """);

    static FrozenDictionary<int, string> Parse(string table) => table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split(':'))
        .ToFrozenDictionary(entry => Number(entry[0]), entry => string.Concat(entry[1].Split('+').Select(number => new Rune(Number(number)).ToString())));

    static int Number(string hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    static string Raised(Rune rune) => Titles.TryGetValue(rune.Value, out var title) ? title
        : rune.Value is >= 'ა' and <= 'ჿ' ? rune.ToString() // Georgian has capitals for whole words only.
        : GoCase.ToUpper(rune).ToString();

    static string Lowered(Rune[] runes, int at) => runes[at].Value switch
    {
        'İ' => "i\u0307",
        'Σ' when IsLast(runes, at) => "ς",
        _ => GoCase.ToLower(runes[at]).ToString(),
    };

    /// <summary>Whether no cased letter follows, marks and signs inside words aside: then a sigma takes its final form.</summary>
    static bool IsLast(Rune[] runes, int at)
    {
        for (at++; at < runes.Length; at++)
        {
            var rune = runes[at];
            if (Rune.IsLower(rune) || Rune.IsUpper(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter) return false;
            if (!IsMark(rune) && !IsBetweenLetters(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol)) return true;
        }
        return true;
    }
}
