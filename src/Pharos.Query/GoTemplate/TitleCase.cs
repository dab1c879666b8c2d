using System.Globalization;
using System.Text;

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
                else titled.Append((lowersRest ? Rune.ToLowerInvariant(rune) : rune).ToString());
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

    /// <summary>Letters that become several, and pairs in one letter of which only the first is raised, are no matter of single capitals.</summary>
    static string Raised(Rune rune) => rune.Value switch
    {
        'ß' => "Ss",
        'ŉ' => "ʼN",
        'ﬀ' => "Ff",
        'ﬁ' => "Fi",
        'ﬂ' => "Fl",
        'ﬃ' => "Ffi",
        'ﬄ' => "Ffl",
        'ﬅ' or 'ﬆ' => "St",
        'Ǆ' or 'ǅ' or 'ǆ' => "ǅ",
        'Ǉ' or 'ǈ' or 'ǉ' => "ǈ",
        'Ǌ' or 'ǋ' or 'ǌ' => "ǋ",
        'Ǳ' or 'ǲ' or 'ǳ' => "ǲ",
        _ => Rune.ToUpperInvariant(rune).ToString(),
    };
}
