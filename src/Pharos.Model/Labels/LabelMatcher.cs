using System.Text;
using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;

namespace Pharos.Model.Labels;

public enum MatchKind
{
    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>!=</c></summary>
    NotEqual,

    /// <summary><c>=~</c></summary>
    Regex,

    /// <summary><c>!~</c></summary>
    NotRegex,
}

/// <summary>A condition on the value of one label. A label that is absent has the value "".</summary>
/// <remarks>
/// <para>Regular expressions are RE2's syntax, anchored at both ends, and are compiled once here.</para>
/// <para>Errors: a pattern that RE2 refuses throws <see cref="Re2SyntaxException"/>.</para>
/// <para>Threads: immutable, safe for all.</para>
/// </remarks>
public sealed class LabelMatcher : IEquatable<LabelMatcher>
{
    public LabelMatcher(MatchKind kind, string name, string value)
    {
        Kind = kind;
        Name = name;
        Value = value;
        ValueUtf8 = Encoding.UTF8.GetBytes(value);
        if (kind is MatchKind.Regex or MatchKind.NotRegex) Pattern = Re2.CompileAnchored(value, withGroups: false);
        MatchesEmpty = Matches("");
    }

    public MatchKind Kind { get; }

    public string Name { get; }

    public string Value { get; }

    public ReadOnlyMemory<byte> ValueUtf8 { get; }

    /// <summary>The compiled pattern; null for <see cref="MatchKind.Equal"/> and <see cref="MatchKind.NotEqual"/>.</summary>
    public Re2? Pattern { get; }

    /// <summary>Whether series without the label match.</summary>
    public bool MatchesEmpty { get; }

    public bool Matches(ReadOnlySpan<char> value) => Kind switch
    {
        MatchKind.Equal => value.SequenceEqual(Value),
        MatchKind.NotEqual => !value.SequenceEqual(Value),
        MatchKind.Regex => Pattern!.IsMatch(value),
        _ => !Pattern!.IsMatch(value),
    };

    public bool Equals(LabelMatcher? other) => other is not null && Kind == other.Kind && Name == other.Name && Value == other.Value;

    public override bool Equals(object? obj) => Equals(obj as LabelMatcher);

    public override int GetHashCode() => HashCode.Combine(Kind, Name, Value);

    public override string ToString() => $"{Name}{Operator}{GoText.Quote(Value)}";

    string Operator => Kind switch
    {
        MatchKind.Equal => "=",
        MatchKind.NotEqual => "!=",
        MatchKind.Regex => "=~",
        _ => "!~",
    };
}
