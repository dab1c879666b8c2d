using Pharos.Model.Labels;
using Pharos.Model.Text;

namespace Pharos.Server.Text.Matching;

/// <summary>Reads matchers such as <c>severity=~"page|warn"</c> and lists of them, <c>{a="b", c!="d"}</c>, in both grammars of Alertmanager.</summary>
/// <remarks>
/// <para>A text is read in the UTF-8 grammar first. What only the older one takes (<c>foo=</c>, <c>foo=bar baz</c>) means what it meant there; where both
/// take it and disagree (backslashes without quotes) the older meaning stays, so that no file changes its sense.</para>
/// <para>Source: Alertmanager documentation, "UTF-8 support, fallback mode" (facts).</para>
/// </remarks>
static class MatcherParser
{
    /// <exception cref="MatcherSyntaxException">Neither grammar takes the text, or a pattern is no RE2.</exception>
    public static IReadOnlyList<LabelMatcher> ParseAll(string text) => Parse(text, Utf8MatcherParser.ParseAll, ClassicMatcherParser.ParseAll);

    /// <summary>One matcher, without braces.</summary>
    /// <exception cref="MatcherSyntaxException"/>
    public static LabelMatcher ParseOne(string text)
    {
        // The older grammar would take a brace at the end for a part of the value.
        if (text.StartsWith('{') || text.EndsWith('}')) throw new MatcherSyntaxException($"{GoText.Quote(text)} stands in braces; write one matcher without them");
        return Parse(text, one => [Utf8MatcherParser.ParseOne(one)], one => [ClassicMatcherParser.ParseOne(one)])[0];
    }

    /// <summary>Whether all match. A label that is absent has the value "".</summary>
    public static bool MatchesAll(this IReadOnlyList<LabelMatcher> matchers, LabelSet labels)
    {
        foreach (var matcher in matchers)
        {
            if (!matcher.Matches(labels[matcher.Name])) return false;
        }
        return true;
    }

    /// <summary>In the order in which Alertmanager keeps and prints them: by name, then value, then kind.</summary>
    public static IReadOnlyList<LabelMatcher> Sorted(IEnumerable<LabelMatcher> matchers) =>
        [.. matchers.OrderBy(matcher => matcher.Name, StringComparer.Ordinal).ThenBy(matcher => matcher.Value, StringComparer.Ordinal).ThenBy(matcher => matcher.Kind)];

    /// <summary>As Alertmanager prints a matcher: a name with odd characters is quoted too.</summary>
    public static string Text(this LabelMatcher matcher)
    {
        var name = matcher.Name.Any(Utf8MatcherParser.IsReserved) || matcher.Name.Length == 0 ? GoText.Quote(matcher.Name) : matcher.Name;
        return $"{name}{Operator(matcher.Kind)}{GoText.Quote(matcher.Value)}";
    }

    /// <summary><c>{a="b",c!="d"}</c></summary>
    public static string Text(this IReadOnlyList<LabelMatcher> matchers) => $"{{{string.Join(',', matchers.Select(matcher => matcher.Text()))}}}";

    public static string Operator(MatchKind kind) => kind switch
    {
        MatchKind.Equal => "=",
        MatchKind.NotEqual => "!=",
        MatchKind.Regex => "=~",
        _ => "!~",
    };

    static IReadOnlyList<LabelMatcher> Parse(string text, Func<string, IReadOnlyList<LabelMatcher>> utf8, Func<string, IReadOnlyList<LabelMatcher>> classic)
    {
        IReadOnlyList<LabelMatcher>? old = null;
        try
        {
            old = classic(text);
        }
        catch (MatcherSyntaxException)
        {
            // Then the newer grammar decides, and tells.
        }
        try
        {
            var read = utf8(text);
            return old is null || read.SequenceEqual(old) ? read : old;
        }
        catch (MatcherSyntaxException) when (old is not null)
        {
            return old;
        }
    }

    public static LabelMatcher Create(MatchKind kind, string name, string value)
    {
        try
        {
            return new(kind, name, value);
        }
        catch (Re2SyntaxException error)
        {
            throw new MatcherSyntaxException($"{GoText.Quote(value)} is no regular expression: {error.Message}");
        }
    }
}
