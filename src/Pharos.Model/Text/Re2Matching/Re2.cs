using System.Globalization;
using System.Text;
using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Model.Text.Re2Matching;

/// <summary>A regular expression in RE2's syntax, matched in time linear in the text and in bounded memory.</summary>
/// <remarks>
/// <para>Patterns that are plain texts, prefixes, suffixes or "contains" never run an automaton, nor do lists of names with dots that nobody
/// escaped (<see cref="TextShapes"/>); short ones run on <see cref="PositionMachine"/>, the rest on <see cref="LazyAutomaton"/>. Whoever wants
/// groups gets them from <see cref="GroupMachine"/>. All are linear, so that no pattern of a user can hang the process.</para>
/// <para>Limits: <see cref="Re2Limits"/>. Threads: safe for all.</para>
/// <para>Source: RE2's syntax page; Go's <c>regexp</c> for templates; Prometheus' matchers and relabelling (anchored, dot matches newline).</para>
/// </remarks>
public sealed class Re2
{
    /// <summary>Of the pattern itself, its tree and the sets of texts in it; ample.</summary>
    const long BytesPerCharacter = 16;

    readonly Re2Node root;
    readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? exact;
    readonly string prefix;
    readonly string suffix;
    readonly bool isAnyBetween;
    readonly bool isAnchored;
    readonly string? contained;
    readonly PositionMachine? machine;
    readonly TextShapes? shapes;
    readonly Lazy<LazyAutomaton> automaton;
    readonly IReadOnlyList<string> groupNames;
    readonly bool areGroupsWhole;
    readonly Lazy<Steps> groupSteps;
    GroupMachine? idle;

    Re2(string pattern, bool isAnchored, bool withGroups)
    {
        Pattern = pattern;
        this.isAnchored = isAnchored;
        (root, groupNames) = Re2Parser.Parse(pattern, dotAll: isAnchored);
        (prefix, suffix, isAnyBetween) = isAnchored ? LiteralAnalysis.Ends(root) : ("", "", false);
        var texts = isAnchored ? Spelling.Texts(root)?.ToHashSet(StringComparer.Ordinal) : null;
        Alternatives = texts;
        exact = texts?.GetAlternateLookup<ReadOnlySpan<char>>();
        contained = isAnchored ? LiteralAnalysis.Contained(root) : null;
        var isPlain = exact is not null || isAnyBetween || contained is not null;
        machine = isAnchored && !isPlain ? PositionMachine.TryMake(root) : null;
        shapes = isAnchored && !isPlain && machine is null ? TextShapes.TryMake(root) : null;
        automaton = new(() => new LazyAutomaton(StepsBuilder.ForMatch(root, pattern, isAnchored)));
        groupSteps = new(() => StepsBuilder.ForGroups(root, pattern, isAnchored));
        areGroupsWhole = isAnchored && AreWhole(root, groupNames.Count - 1);
        // A pattern too large is refused here, not at the first match.
        if (!isPlain && machine is null && shapes is null) _ = automaton.Value;
        if (withGroups && !areGroupsWhole && !Re2Limits.IsSmall(root, forGroups: true)) _ = groupSteps.Value;
    }

    public string Pattern { get; }

    /// <summary>Every text that an anchored pattern matches, when it spells them out; else null. Lets an index look values up.</summary>
    public IReadOnlyCollection<string>? Alternatives { get; }

    /// <summary>Text that every match of an anchored pattern starts with; may be empty.</summary>
    public string Prefix => prefix;

    /// <summary>About what the pattern takes in memory by now, in bytes: its text, what was read out of it, and the automaton once there is one.</summary>
    public long SizeBytes => (Pattern.Length * BytesPerCharacter) + (automaton.IsValueCreated ? automaton.Value.SizeBytes : 0);

    /// <summary>Compiles a pattern that must match the whole text, with a dot that matches newlines: matchers and relabelling.</summary>
    /// <param name="pattern">In RE2's syntax.</param>
    /// <param name="withGroups">Whether <see cref="Expand(string, string)"/> will be asked; a pattern whose groups would cost too much is refused then.</param>
    /// <exception cref="Re2SyntaxException">RE2 would refuse the pattern, or it is too large; the message is in RE2's words.</exception>
    public static Re2 CompileAnchored(string pattern, bool withGroups = true) => new(pattern, isAnchored: true, withGroups);

    /// <summary>Compiles a pattern that is searched for anywhere in the text, as templates do.</summary>
    /// <exception cref="Re2SyntaxException">RE2 would refuse the pattern, or it is too large.</exception>
    public static Re2 Compile(string pattern) => new(pattern, isAnchored: false, withGroups: true);

    public bool IsMatch(ReadOnlySpan<char> text)
    {
        if (exact is { } set) return set.Contains(text);
        if (contained is not null) return text.IndexOf(contained, StringComparison.Ordinal) >= 0;
        if (shapes is not null) return shapes.IsMatch(text);
        if (isAnchored)
        {
            if (text.Length < prefix.Length + suffix.Length) return false;
            if (!text.StartsWith(prefix, StringComparison.Ordinal) || !text.EndsWith(suffix, StringComparison.Ordinal)) return false;
            if (isAnyBetween) return true;
            if (machine is not null) return machine.IsMatch(text);
        }
        return automaton.Value.IsMatch(text);
    }

    /// <summary>Expands a template with the groups of the first match; null when there is none.</summary>
    /// <param name="text">What is matched.</param>
    /// <param name="template">Go's: <c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>${name}</c>, <c>$$</c>; unknown groups are empty.</param>
    public string? Expand(string text, string template)
    {
        if (!IsMatch(text)) return null;
        if (!template.Contains('$')) return template;
        var expanded = new StringBuilder();
        Expand(expanded, Find(text, 0)!, text, template);
        return expanded.ToString();
    }

    /// <summary>Replaces every match, with the template expanded for each.</summary>
    /// <remarks>As Go does: an empty match right behind another match is none.</remarks>
    public string ReplaceAll(string text, string template)
    {
        if (!IsMatch(text)) return text;
        var replaced = new StringBuilder();
        var (search, copied) = (0, 0);
        while (search <= text.Length && Find(text, search) is { } places)
        {
            var (from, until) = (places[0], places[1]);
            replaced.Append(text, copied, from - copied);
            if (until > copied || from == 0) Expand(replaced, places, text, template);
            copied = until;
            var width = search < text.Length && Rune.TryGetRuneAt(text, search, out var rune) ? rune.Utf16SequenceLength : 1;
            search = Math.Max(search + width, until);
        }
        return replaced.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Begin and end of the first match at or behind a place and of its groups.</summary>
    int[]? Find(string text, int from)
    {
        if (areGroupsWhole)
        {
            var whole = new int[2 * groupNames.Count];
            for (var i = 1; i < whole.Length; i += 2) whole[i] = text.Length;
            return whole;
        }
        var finder = Interlocked.Exchange(ref idle, null) ?? new GroupMachine(groupSteps.Value, groupNames.Count, isAnchored);
        var places = finder.Match(text, from);
        Volatile.Write(ref idle, finder);
        return places;
    }

    /// <summary>Whether the pattern is nothing but its groups, one inside the other, so that each is the whole text: <c>(.*)</c>.</summary>
    static bool AreWhole(Re2Node node, int groups)
    {
        for (; node is GroupNode group; node = group.Inner)
        {
            if (group.Number > 0) groups--;
        }
        return groups == 0;
    }

    void Expand(StringBuilder to, int[] places, string text, string template)
    {
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$' || i + 1 >= template.Length)
            {
                to.Append(template[i]);
                continue;
            }
            if (template[i + 1] == '$')
            {
                to.Append('$');
                i++;
                continue;
            }
            var isBraced = template[i + 1] == '{';
            var start = isBraced ? i + 2 : i + 1;
            var end = start;
            while (end < template.Length && Rune.TryGetRuneAt(template, end, out var rune) && IsOfName(rune)) end += rune.Utf16SequenceLength;
            if (end == start || (isBraced && (end >= template.Length || template[end] != '}')))
            {
                to.Append('$'); // Not a reference: Go keeps the dollar as it is.
                continue;
            }
            if (GroupOf(template.AsSpan(start, end - start), places) is var number and >= 0)
            {
                to.Append(text.AsSpan(places[2 * number]..places[2 * number + 1]));
            }
            i = isBraced ? end : end - 1;
        }
    }

    static bool IsOfName(Rune rune) => Rune.IsLetter(rune) || Rune.IsDigit(rune) || rune.Value == '_';

    /// <summary>Number of the group that a reference means, if it took part; of several with the name the first that did. Else -1.</summary>
    int GroupOf(ReadOnlySpan<char> name, int[] places)
    {
        if (name.IndexOfAnyExceptInRange('0', '9') < 0 && (name[0] != '0' || name.Length == 1))
        {
            var isGroup = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < groupNames.Count;
            return isGroup && places[2 * number] >= 0 ? number : -1;
        }
        for (var i = 1; i < groupNames.Count; i++)
        {
            if (name.SequenceEqual(groupNames[i]) && places[2 * i] >= 0) return i;
        }
        return -1;
    }
}
