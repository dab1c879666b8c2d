using System.Text;
using System.Text.RegularExpressions;
using Pharos.Model.Labels;
using Pharos.Model.Text;

namespace Pharos.Server.Text.Matching;

/// <summary>The older grammar: names of letters, digits, underscores and colons; a value is whatever follows, quoted or not, and may be empty.</summary>
static partial class ClassicMatcherParser
{
    public static IReadOnlyList<LabelMatcher> ParseAll(string text)
    {
        var inner = text;
        if (inner.StartsWith('{')) inner = inner[1..];
        if (inner.EndsWith('}')) inner = inner[..^1];
        var matchers = new List<LabelMatcher>();
        foreach (var part in Split(inner)) matchers.Add(ParseOne(part));
        return matchers;
    }

    public static LabelMatcher ParseOne(string text)
    {
        var match = Form().Match(text);
        if (!match.Success) throw new MatcherSyntaxException($"{GoText.Quote(text)} is no matcher; write name=\"value\", or with !=, =~ or !~");
        var kind = match.Groups[2].Value switch
        {
            "=" => MatchKind.Equal,
            "!=" => MatchKind.NotEqual,
            "=~" => MatchKind.Regex,
            _ => MatchKind.NotRegex,
        };
        return MatcherParser.Create(kind, match.Groups[1].Value, Value(match.Groups[3].Value));
    }

    /// <summary>At commas outside of quotes; blanks behind the last comma are no matcher.</summary>
    static IEnumerable<string> Split(string text)
    {
        var part = new StringBuilder();
        var (isQuoted, isEscaped) = (false, false);
        foreach (var character in text)
        {
            if (character == ',' && !isQuoted)
            {
                yield return part.ToString();
                part.Clear();
                continue; // A backslash in front of it goes on to the next character, as it always did.
            }
            if (character == '"' && !isEscaped) isQuoted = !isQuoted;
            isEscaped = character == '\\' && !isEscaped;
            part.Append(character);
        }
        if (part.ToString().Trim() is { Length: > 0 } last) yield return last;
    }

    static string Value(string raw)
    {
        var isQuoted = raw.StartsWith('"');
        var value = new StringBuilder();
        for (var i = isQuoted ? 1 : 0; i < raw.Length; i++)
        {
            var character = raw[i];
            if (character == '\\')
            {
                if (i + 1 == raw.Length)
                {
                    value.Append('\\');
                    continue;
                }
                character = raw[++i];
                _ = character switch
                {
                    'n' => value.Append('\n'),
                    '"' or '\\' => value.Append(character),
                    _ => value.Append('\\').Append(character), // The backslash of a regular expression.
                };
            }
            else if (character == '"')
            {
                if (isQuoted && i == raw.Length - 1) return value.ToString();
                throw new MatcherSyntaxException($"{raw} holds a quote that is neither first nor last; write \\\"");
            }
            else
            {
                value.Append(character);
            }
        }
        return isQuoted ? throw new MatcherSyntaxException($"the quote of {raw} is never closed") : value.ToString();
    }

    [GeneratedRegex(@"^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*([\s\S]*?)[\t\n\f\r ]*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
