using System.Globalization;
using System.Text;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>Parses RE2's syntax and refuses what RE2 refuses, in its words.</summary>
/// <remarks>
/// <para>Limits as in RE2: repeat counts to 1000, also multiplied when nested; nesting to 1000 (250 here, to keep the stack small).</para>
/// <para>Several groups may have one name, as in Go.</para>
/// </remarks>
sealed class Re2Parser(string pattern)
{
    const int MaxRepeat = 1000;
    const int MaxDepth = 250;

    readonly Dictionary<(int CodePoint, bool FoldsCase), SetNode> literals = [];
    int at;
    int depth;
    int writtenRanges;
    bool foldCase;
    bool multiLine;
    bool dotAll;
    bool ungreedy;

    /// <summary>Names of the groups; [0] is the whole match, "" where a group has none.</summary>
    public List<string> GroupNames { get; } = [""];

    public static (Re2Node Root, IReadOnlyList<string> GroupNames) Parse(string pattern, bool dotAll)
    {
        var parser = new Re2Parser(pattern) { dotAll = dotAll };
        var root = parser.Alternation();
        if (parser.at < pattern.Length) throw Fault("unexpected )", pattern);
        if (RepeatProduct(root) > MaxRepeat) throw Fault("invalid repeat count", pattern);
        return (root, parser.GroupNames);
    }

    static Re2SyntaxException Fault(string reason, string where) => new($"error parsing regexp: {reason}: `{where}`");

    /// <summary>How many copies nested repeat counts make of the innermost item, at most.</summary>
    static long RepeatProduct(Re2Node node) => node switch
    {
        RepeatNode repeat => Math.Min(int.MaxValue, RepeatProduct(repeat.Inner) * Math.Max(1, Math.Max(repeat.Min, repeat.Max))),
        GroupNode group => RepeatProduct(group.Inner),
        SequenceNode sequence => sequence.Items.Count == 0 ? 1 : sequence.Items.Max(RepeatProduct),
        AlternationNode alternation => alternation.Options.Max(RepeatProduct),
        _ => 1,
    };

    Re2Node Alternation()
    {
        if (++depth > MaxDepth) throw Fault("expression nests too deeply", pattern);
        var flags = (foldCase, multiLine, dotAll, ungreedy);
        var options = new List<Re2Node> { Sequence() };
        while (at < pattern.Length && pattern[at] == '|')
        {
            at++;
            options.Add(Sequence());
        }
        (foldCase, multiLine, dotAll, ungreedy) = flags; // Flags set inside a group end with it.
        depth--;
        return options.Count == 1 ? options[0] : new AlternationNode(options);
    }

    Re2Node Sequence()
    {
        var items = new List<Re2Node>();
        var lastRepeat = -1; // Where the repetition started that ended just before; another one may not follow.
        while (at < pattern.Length && pattern[at] is not ('|' or ')'))
        {
            var start = at;
            if (TryRepetition(out var min, out var max))
            {
                var text = pattern[start..at];
                if (items.Count == 0) throw Fault("missing argument to repetition operator", text);
                var isLazy = at < pattern.Length && pattern[at] == '?';
                if (isLazy) at++;
                if (lastRepeat >= 0) throw Fault("invalid nested repetition operator", pattern[lastRepeat..at]);
                if (min > MaxRepeat || max > MaxRepeat || (max >= 0 && min > max)) throw Fault("invalid repeat count", text);
                items[^1] = new RepeatNode(items[^1], min, max, isLazy != ungreedy);
                lastRepeat = start;
                continue;
            }
            lastRepeat = -1;
            Item(items);
        }
        return items.Count == 1 ? items[0] : new SequenceNode(items);
    }

    bool TryRepetition(out int min, out int max)
    {
        (min, max) = pattern[at] switch { '*' => (0, -1), '+' => (1, -1), '?' => (0, 1), _ => (-1, -1) };
        if (min >= 0)
        {
            at++;
            return true;
        }
        if (pattern[at] != '{') return false;
        var close = pattern.IndexOf('}', at);
        if (close < 0) return false;
        var inner = pattern.AsSpan(at + 1, close - at - 1);
        var comma = inner.IndexOf(',');
        if (!TryCount(comma < 0 ? inner : inner[..comma], out min)) return false;
        if (comma < 0) max = min;
        else if (comma == inner.Length - 1) max = -1;
        else if (!TryCount(inner[(comma + 1)..], out max)) return false;
        at = close + 1;
        return true;
    }

    static bool TryCount(ReadOnlySpan<char> digits, out int count)
    {
        count = 0;
        if (digits.IsEmpty || digits.IndexOfAnyExceptInRange('0', '9') >= 0 || (digits.Length > 1 && digits[0] == '0')) return false;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count)) count = int.MaxValue;
        return true;
    }

    void Item(List<Re2Node> items)
    {
        var c = pattern[at];
        switch (c)
        {
            case '(':
                if (Group() is { } group) items.Add(group);
                break;
            case '[':
                items.Add(Set(Class()));
                break;
            case '.':
                at++;
                items.Add(new SetNode(dotAll ? CodePointSet.Any : CodePointSet.AnyButNewline));
                break;
            case '^':
                at++;
                items.Add(new AnchorNode(multiLine ? Anchor.LineStart : Anchor.TextStart));
                break;
            case '$':
                at++;
                items.Add(new AnchorNode(multiLine ? Anchor.LineEnd : Anchor.TextEnd));
                break;
            case '\\':
                Escape(items);
                break;
            default:
                items.Add(Literal(NextRune()));
                break;
        }
    }

    /// <summary>Long alternations repeat few characters, so each has one node.</summary>
    SetNode Literal(int codePoint)
    {
        if (!literals.TryGetValue((codePoint, foldCase), out var node)) literals.Add((codePoint, foldCase), node = Set(CodePointSet.Of(codePoint)));
        return node;
    }

    SetNode Set(CodePointSet set) => new(foldCase ? set.FoldCase() : set);

    int NextRune()
    {
        if (Rune.DecodeFromUtf16(pattern.AsSpan(at), out var rune, out var length) != System.Buffers.OperationStatus.Done) throw Fault("invalid UTF-8", pattern);
        at += length;
        return rune.Value;
    }

    GroupNode? Group()
    {
        var start = at++;
        if (at >= pattern.Length || pattern[at] != '?') return Capture("", start);
        if (pattern.AsSpan(at).StartsWith("?P<") || pattern.AsSpan(at).StartsWith("?<"))
        {
            var nameStart = pattern.IndexOf('<', at) + 1;
            if (nameStart < pattern.Length && pattern[nameStart] is '=' or '!') throw Fault("invalid or unsupported Perl syntax", pattern[start..(nameStart + 1)]);
            var nameEnd = pattern.IndexOf('>', nameStart);
            if (nameEnd < 0) throw Fault("invalid named capture", pattern[start..]);
            var name = pattern[nameStart..nameEnd];
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) throw Fault("invalid named capture", pattern[start..(nameEnd + 1)]);
            at = nameEnd + 1;
            return Capture(name, start);
        }
        return Flags(start);
    }

    GroupNode Capture(string name, int start)
    {
        GroupNames.Add(name);
        var number = GroupNames.Count - 1;
        var inner = Alternation();
        Close();
        return new(inner, number, name);
    }

    void Close()
    {
        if (at >= pattern.Length) throw Fault("missing closing )", pattern);
        at++;
    }

    /// <summary>A group without capture, or flags for the rest of the group around (null: nothing to match).</summary>
    GroupNode? Flags(int start)
    {
        at++;
        var isOn = true;
        var saw = false;
        var (fold, multi, all, lazy) = (foldCase, multiLine, dotAll, ungreedy);
        while (at < pattern.Length)
        {
            switch (pattern[at++])
            {
                case 'i':
                    fold = isOn;
                    saw = true;
                    break;
                case 'm':
                    multi = isOn;
                    saw = true;
                    break;
                case 's':
                    all = isOn;
                    saw = true;
                    break;
                case 'U':
                    lazy = isOn;
                    saw = true;
                    break;
                case '-' when isOn:
                    isOn = saw = false;
                    break;
                case ')' when isOn || saw:
                    (foldCase, multiLine, dotAll, ungreedy) = (fold, multi, all, lazy);
                    return null;
                case ':' when isOn || saw:
                    var outer = (foldCase, multiLine, dotAll, ungreedy);
                    (foldCase, multiLine, dotAll, ungreedy) = (fold, multi, all, lazy);
                    var inner = Alternation();
                    (foldCase, multiLine, dotAll, ungreedy) = outer;
                    Close();
                    return new(inner, 0, "");
                default:
                    throw Fault("invalid or unsupported Perl syntax", pattern[start..at]);
            }
        }
        throw Fault("missing closing )", pattern);
    }

    void Escape(List<Re2Node> items)
    {
        if (at + 1 >= pattern.Length) throw Fault("trailing backslash at end of expression", "");
        Anchor? anchor = pattern[at + 1] switch
        {
            'A' => Anchor.TextStart,
            'z' => Anchor.TextEnd,
            'b' => Anchor.WordBoundary,
            'B' => Anchor.NotWordBoundary,
            _ => null,
        };
        if (anchor is not null)
        {
            at += 2;
            items.Add(new AnchorNode(anchor.Value));
        }
        else if (pattern[at + 1] == 'Q')
        {
            at += 2;
            while (at < pattern.Length && !pattern.AsSpan(at).StartsWith(@"\E")) items.Add(Literal(NextRune()));
            at = Math.Min(pattern.Length, at + 2);
        }
        else items.Add(EscapedSet() is { } set ? Set(set) : Literal(EscapedRune()));
    }

    /// <summary><c>\d</c>, <c>\pL</c> and their kin at the present place; null when it is no such escape.</summary>
    CodePointSet? EscapedSet()
    {
        var letter = pattern[at + 1];
        if (NamedSets.Perl(letter) is { } perl)
        {
            at += 2;
            return perl;
        }
        if (letter is not ('p' or 'P')) return null;
        var start = at;
        at += 2;
        if (at >= pattern.Length) throw Fault("invalid character class range", pattern[start..]);
        string name;
        if (pattern[at] == '{')
        {
            var close = pattern.IndexOf('}', at);
            if (close < 0) throw Fault("invalid character class range", pattern[start..]);
            name = pattern[(at + 1)..close];
            at = close + 1;
        }
        else name = new Rune(NextRune()).ToString();
        var isNegated = (letter == 'P') != name.StartsWith('^');
        var set = NamedSets.UnicodeClass(name.TrimStart('^')) ?? throw Fault("invalid character class range", pattern[start..at]);
        return isNegated ? set.Complement() : set;
    }

    int EscapedRune()
    {
        var start = at++;
        if (at >= pattern.Length) throw Fault("trailing backslash at end of expression", "");
        var c = NextRune();
        switch (c)
        {
            case >= '1' and <= '7' when at >= pattern.Length || pattern[at] is < '0' or > '7':
                break; // \1 would be a back reference; only \123 and \0 are octal.
            case >= '0' and <= '7':
                var octal = c - '0';
                for (var i = 1; i < 3 && at < pattern.Length && pattern[at] is >= '0' and <= '7'; i++) octal = octal * 8 + (pattern[at++] - '0');
                return octal;
            case 'x':
                var isBraced = at < pattern.Length && pattern[at] == '{';
                var end = isBraced ? pattern.IndexOf('}', at) : Math.Min(at + 2, pattern.Length);
                var digits = end < 0 ? [] : pattern.AsSpan(isBraced ? at + 1 : at, end - (isBraced ? at + 1 : at));
                if (digits.Length is < 1 or > 8 || (!isBraced && digits.Length < 2)
                    || !int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) || hex is < 0 or > CodePointSet.Last) break;
                at = isBraced ? end + 1 : end;
                return hex;
            case 'a':
                return '\a';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'v':
                return '\v';
            case < 0x80 when !char.IsAsciiLetterOrDigit((char)c):
                return c;
        }
        throw Fault("invalid escape sequence", pattern[start..at]);
    }

    CodePointSet Class()
    {
        var start = at++;
        var isNegated = at < pattern.Length && pattern[at] == '^';
        if (isNegated) at++;
        var ranges = new List<(int From, int To)>();
        var isFirst = true;
        while (at >= pattern.Length || pattern[at] != ']' || isFirst)
        {
            if (at >= pattern.Length) throw Fault("missing closing ]", pattern[start..]);
            isFirst = false;
            if (pattern.AsSpan(at).StartsWith("[:") && pattern.IndexOf(":]", at + 2, StringComparison.Ordinal) is var close and >= 0)
            {
                var name = pattern[(at + 2)..close];
                var posix = NamedSets.Posix(name.TrimStart('^')) ?? throw Fault("invalid character class range", pattern[at..(close + 2)]);
                ranges.AddRange((name.StartsWith('^') ? posix.Complement() : posix).Ranges);
                at = close + 2;
                continue;
            }
            if (pattern[at] == '\\' && at + 1 < pattern.Length && EscapedSet() is { } set)
            {
                ranges.AddRange(set.Ranges);
                continue;
            }
            var itemStart = at;
            var from = ClassRune(start);
            var to = from;
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                to = ClassRune(start);
                if (to < from) throw Fault("invalid character class range", pattern[itemStart..at]);
            }
            ranges.Add((from, to));
        }
        at++;
        var union = CodePointSet.Union(ranges);
        if ((writtenRanges += union.Ranges.Count) > Re2Limits.MaxRanges) throw Re2Limits.TooLarge(pattern, Re2Limits.MaxBytes + 1);
        if (foldCase) union = union.FoldCase(); // Before the complement: [^a] without case is neither a nor A.
        return isNegated ? union.Complement() : union;
    }

    int ClassRune(int classStart)
    {
        if (at >= pattern.Length) throw Fault("missing closing ]", pattern[classStart..]);
        return pattern[at] == '\\' ? EscapedRune() : NextRune();
    }
}
