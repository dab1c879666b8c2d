using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Model.Text;

/// <summary>A regular expression in RE2's syntax, matched in time linear in the text.</summary>
/// <remarks>
/// <para>Patterns that are plain texts, prefixes, suffixes or "contains" never run an automaton; short ones run on our own
/// (<see cref="PositionMachine"/>); the rest, and whoever wants groups, on .NET's non-backtracking engine, which is slow to make. All are linear,
/// so that no pattern of a user can hang the process.</para>
/// <para>Threads: immutable, safe for all.</para>
/// <para>Source: RE2's syntax page; Prometheus' matchers and relabelling (anchored, dot matches newline).</para>
/// </remarks>
public sealed class Re2
{
    readonly Lazy<Regex> regex;
    readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>? exact;
    readonly string prefix;
    readonly string suffix;
    readonly bool isAnyBetween;
    readonly bool isAnchored;
    readonly string? contained;
    readonly PositionMachine? machine;
    readonly IReadOnlyList<string> groupNames;

    Re2(string pattern, bool isAnchored)
    {
        Pattern = pattern;
        this.isAnchored = isAnchored;
        var (root, names) = Re2Parser.Parse(pattern, dotAll: isAnchored);
        groupNames = names;
        (prefix, suffix, isAnyBetween) = isAnchored ? LiteralAnalysis.Ends(root) : ("", "", false);
        Alternatives = isAnchored ? LiteralAnalysis.Alternatives(root) : null;
        if (Alternatives is not null) exact = Alternatives.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        contained = isAnchored ? LiteralAnalysis.Contained(root) : null;
        var isPlain = exact is not null || isAnyBetween || contained is not null;
        machine = isAnchored && !isPlain ? PositionMachine.TryMake(root) : null;
        regex = new(() => Build(isAnchored ? $@"\A(?:{DotNetLowering.Lower(root)})\z" : DotNetLowering.Lower(root)));
        if (!isPlain && machine is null) _ = regex.Value; // A pattern too large is refused here, not at the first match.
    }

    public string Pattern { get; }

    /// <summary>Every text that an anchored pattern matches, when they are at most a thousand; else null. Lets an index look values up.</summary>
    public IReadOnlyList<string>? Alternatives { get; }

    /// <summary>Text that every match of an anchored pattern starts with; may be empty.</summary>
    public string Prefix => prefix;

    /// <summary>Compiles a pattern that must match the whole text, with a dot that matches newlines: matchers and relabelling.</summary>
    /// <exception cref="Re2SyntaxException">RE2 would refuse the pattern; the message is in its words.</exception>
    public static Re2 CompileAnchored(string pattern) => new(pattern, isAnchored: true);

    /// <summary>Compiles a pattern that is searched for anywhere in the text, as templates do.</summary>
    /// <exception cref="Re2SyntaxException">RE2 would refuse the pattern.</exception>
    public static Re2 Compile(string pattern) => new(pattern, isAnchored: false);

    public bool IsMatch(ReadOnlySpan<char> text)
    {
        if (exact is { } set) return set.Contains(text);
        if (contained is not null) return text.IndexOf(contained, StringComparison.Ordinal) >= 0;
        if (isAnchored)
        {
            if (text.Length < prefix.Length + suffix.Length || !text.StartsWith(prefix, StringComparison.Ordinal) || !text.EndsWith(suffix, StringComparison.Ordinal)) return false;
            if (isAnyBetween) return true;
            if (machine is not null) return machine.IsMatch(text);
        }
        return regex.Value.IsMatch(text);
    }

    /// <summary>Expands a template with the groups of the first match; null when there is none.</summary>
    /// <param name="template">Go's: <c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>${name}</c>, <c>$$</c>; unknown groups are empty.</param>
    public string? Expand(string text, string template)
    {
        if (isAnchored && !IsMatch(text)) return null;
        if (!template.Contains('$')) return isAnchored || regex.Value.IsMatch(text) ? template : null;
        var match = regex.Value.Match(text);
        return match.Success ? Expand(match, template) : null;
    }

    /// <summary>Replaces every match, with the template expanded for each.</summary>
    public string ReplaceAll(string text, string template) => regex.Value.Replace(text, match => Expand(match, template));

    /// <summary>The groups of the first match, [0] being the whole of it; null when there is none.</summary>
    public string[]? Groups(string text)
    {
        var match = regex.Value.Match(text);
        return match.Success ? [.. Enumerable.Range(0, groupNames.Count).Select(number => match.Groups[number].Value)] : null;
    }

    static Regex Build(string lowered)
    {
        try
        {
            return new(lowered, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException)
        {
            throw new Re2SyntaxException("error parsing regexp: expression too large: its automaton would pass the limit");
        }
    }

    string Expand(Match match, string template)
    {
        var result = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$' || i + 1 >= template.Length)
            {
                result.Append(template[i]);
                continue;
            }
            if (template[i + 1] == '$')
            {
                result.Append('$');
                i++;
                continue;
            }
            var isBraced = template[i + 1] == '{';
            var start = isBraced ? i + 2 : i + 1;
            var end = start;
            while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_')) end++;
            if (end == start || (isBraced && (end >= template.Length || template[end] != '}')))
            {
                result.Append('$'); // Not a reference: Go keeps the dollar as it is.
                continue;
            }
            result.Append(Group(match, template[start..end]));
            i = isBraced ? end : end - 1;
        }
        return result.ToString();
    }

    string Group(Match match, string name)
    {
        if (name.All(char.IsAsciiDigit)) return name.Length < 6 && int.Parse(name, System.Globalization.CultureInfo.InvariantCulture) is var number && number < groupNames.Count ? match.Groups[number].Value : "";
        for (var i = 1; i < groupNames.Count; i++)
        {
            if (groupNames[i] == name) return match.Groups[i].Value;
        }
        return "";
    }
}

/// <summary>The pattern is not one that RE2 accepts; the message says why.</summary>
public sealed class Re2SyntaxException(string message) : FormatException(message);
