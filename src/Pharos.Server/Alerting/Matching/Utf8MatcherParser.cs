using System.Globalization;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Text;

namespace Pharos.Server.Alerting.Matching;

/// <summary>The newer grammar: names and values are words without reserved characters, or quoted; any UTF-8 is a name.</summary>
sealed class Utf8MatcherParser
{
    const string Reserved = "{}!=~,\\\"'`";

    readonly string text;
    int at;

    Utf8MatcherParser(string text) => this.text = text;

    public static bool IsReserved(char character) => char.IsWhiteSpace(character) || Reserved.Contains(character, StringComparison.Ordinal);

    public static IReadOnlyList<LabelMatcher> ParseAll(string text) => new Utf8MatcherParser(text).List();

    public static LabelMatcher ParseOne(string text)
    {
        var parser = new Utf8MatcherParser(text);
        var matcher = parser.Matcher();
        parser.Blanks();
        return parser.at == text.Length ? matcher : throw parser.Fault("the end of the matcher");
    }

    List<LabelMatcher> List()
    {
        var matchers = new List<LabelMatcher>();
        Blanks();
        var isBraced = Take('{');
        while (true)
        {
            Blanks();
            if (isBraced ? Peek() == '}' : at == text.Length) break;
            matchers.Add(Matcher());
            Blanks();
            if (!Take(',')) break;
        }
        Blanks();
        if (isBraced && !Take('}')) throw Fault("\",\" or \"}\"");
        Blanks();
        return at == text.Length ? matchers : throw Fault(isBraced ? "the end of the matchers" : "\",\"");
    }

    LabelMatcher Matcher()
    {
        Blanks();
        var name = Word("a label name");
        Blanks();
        var kind = Operator();
        Blanks();
        return MatcherParser.Create(kind, name, Word("a value; write \"\" for an empty one"));
    }

    MatchKind Operator()
    {
        if (Take('='))
        {
            return Take('~') ? MatchKind.Regex : MatchKind.Equal;
        }
        if (Take('!'))
        {
            if (Take('=')) return MatchKind.NotEqual;
            if (Take('~')) return MatchKind.NotRegex;
        }
        throw Fault("one of =, !=, =~, !~");
    }

    string Word(string wanted)
    {
        if (Peek() == '"') return Quoted();
        var from = at;
        while (at < text.Length && !IsReserved(text[at])) at++;
        return at > from ? text[from..at] : throw Fault(wanted);
    }

    /// <summary>Go's double-quoted string: escapes by letter, <c>\x</c>, <c>\u</c>, <c>\U</c> and octal.</summary>
    string Quoted()
    {
        var start = at++;
        var value = new StringBuilder();
        while (true)
        {
            if (at >= text.Length || text[at] == '\n') throw new MatcherSyntaxException(string.Create(CultureInfo.InvariantCulture, $"the quote of column {start + 1} is never closed"));
            var character = text[at++];
            if (character == '"') return value.ToString();
            if (character != '\\') value.Append(character);
            else Escape(value);
        }
    }

    void Escape(StringBuilder value)
    {
        var letter = at < text.Length ? text[at++] : '\0';
        switch (letter)
        {
            case 'a': value.Append('\a'); break;
            case 'b': value.Append('\b'); break;
            case 'f': value.Append('\f'); break;
            case 'n': value.Append('\n'); break;
            case 'r': value.Append('\r'); break;
            case 't': value.Append('\t'); break;
            case 'v': value.Append('\v'); break;
            case '\\' or '"': value.Append(letter); break;
            case 'x': value.Append(Number(2)); break;
            case 'u': value.Append(Number(4)); break;
            case 'U': value.Append(Number(8)); break;
            default: throw new MatcherSyntaxException($"\"\\{letter}\" is no escape; write \"\\\\{letter}\" for a backslash");
        }
    }

    Rune Number(int digits)
    {
        if (at + digits <= text.Length && int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && Rune.IsValid(number))
        {
            at += digits;
            return new(number);
        }
        throw new MatcherSyntaxException("the escape of a character by its number is not complete");
    }

    void Blanks()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }

    char Peek() => at < text.Length ? text[at] : '\0';

    bool Take(char character)
    {
        if (Peek() != character || at == text.Length) return false;
        at++;
        return true;
    }

    MatcherSyntaxException Fault(string wanted) => new(at == text.Length
        ? $"ends where {wanted} belongs"
        : string.Create(CultureInfo.InvariantCulture, $"{GoText.Quote(text[at].ToString())} in column {at + 1} stands where {wanted} belongs"));
}
