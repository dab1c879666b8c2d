using System.Globalization;
using System.Text;
using Pharos.Model.Labels;
using Pharos.Model.Text;

namespace Pharos.Server.Text.Matching;

/// <summary>The newer grammar: names and values are words without reserved characters, or quoted; any UTF-8 is a name.</summary>
sealed class Utf8MatcherParser
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    const string Reserved = "{}!=~,\\\"'`";

    readonly string text;
    int at;

    Utf8MatcherParser(string text) => this.text = text;

    public static bool IsReserved(char character) => char.IsWhiteSpace(character) || Reserved.Contains(character, StringComparison.Ordinal);

    public static IReadOnlyList<LabelMatcher> ParseAll(string text) => new Utf8MatcherParser(text).List();

    /// <summary>One matcher; a comma may follow it.</summary>
    public static LabelMatcher ParseOne(string text) => ParseAll(text) switch
    {
        [var matcher] => matcher,
        [] => throw new MatcherSyntaxException("ends where a label name belongs"),
        var all => throw new MatcherSyntaxException(string.Create(CultureInfo.InvariantCulture, $"holds {all.Count} matchers where one belongs; write each by itself")),
    };

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
        var value = new List<byte>();
        while (true)
        {
            if (at >= text.Length || text[at] == '\n') throw new MatcherSyntaxException(string.Create(CultureInfo.InvariantCulture, $"the quote of column {start + 1} is never closed"));
            var character = text[at++];
            if (character == '"') return Decoded(value);
            if (character == '\\') Escape(value);
            else if (character < 0x80) value.Add((byte)character);
            else Plain(value);
        }
    }

    /// <summary>The characters from the one before here to the next that means something.</summary>
    void Plain(List<byte> value)
    {
        var from = at - 1;
        while (at < text.Length && text[at] >= 0x80) at++;
        value.AddRange(Encoding.UTF8.GetBytes(text[from..at]));
    }

    static string Decoded(List<byte> value)
    {
        try
        {
            return Strict.GetString([.. value]);
        }
        catch (ArgumentException)
        {
            throw new MatcherSyntaxException("the escapes of bytes are no UTF-8");
        }
    }

    void Escape(List<byte> value)
    {
        var letter = at < text.Length ? text[at++] : '\0';
        switch (letter)
        {
            case 'a': value.Add((byte)'\a'); break;
            case 'b': value.Add((byte)'\b'); break;
            case 'f': value.Add((byte)'\f'); break;
            case 'n': value.Add((byte)'\n'); break;
            case 'r': value.Add((byte)'\r'); break;
            case 't': value.Add((byte)'\t'); break;
            case 'v': value.Add((byte)'\v'); break;
            case '\\' or '"': value.Add((byte)letter); break;
            case 'x': value.Add((byte)Number(2, 16)); break;
            case 'u': value.AddRange(Encoding.UTF8.GetBytes(Character(Number(4, 16)))); break;
            case 'U': value.AddRange(Encoding.UTF8.GetBytes(Character(Number(8, 16)))); break;
            case >= '0' and <= '7':
                at--;
                value.Add(Number(3, 8) is var number and <= byte.MaxValue ? (byte)number : throw Incomplete());
                break;
            default: throw new MatcherSyntaxException($"\"\\{letter}\" is no escape; write \"\\\\{letter}\" for a backslash");
        }
    }

    uint Number(int digits, int radix)
    {
        if (at + digits > text.Length) throw Incomplete();
        var number = 0u;
        foreach (var digit in text.AsSpan(at, digits))
        {
            if (!char.IsAsciiHexDigit(digit) || Convert.ToInt32(digit.ToString(), 16) is var worth && worth >= radix) throw Incomplete();
            number = (number * (uint)radix) + (uint)worth;
        }
        at += digits;
        return number;
    }

    static string Character(uint number) => Rune.IsValid(number) ? new Rune(number).ToString() : throw Incomplete();

    static MatcherSyntaxException Incomplete() => new("the escape of a character by its number is not complete");

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
