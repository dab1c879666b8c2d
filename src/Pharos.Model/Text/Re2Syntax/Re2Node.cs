namespace Pharos.Model.Text.Re2Syntax;

/// <summary>A node of a parsed pattern. Flags are resolved: what remains means the same wherever it stands.</summary>
abstract record Re2Node;

/// <summary>One code point out of a set.</summary>
sealed record SetNode(CodePointSet Set) : Re2Node;

/// <summary>A place without width: start and end of the text or of a line, a word boundary.</summary>
sealed record AnchorNode(Anchor Anchor) : Re2Node;

sealed record SequenceNode(IReadOnlyList<Re2Node> Items) : Re2Node;

sealed record AlternationNode(IReadOnlyList<Re2Node> Options) : Re2Node
{
    /// <summary>No two of the options begin alike any more (see <see cref="Re2Matching.SharedBeginnings"/>).</summary>
    public bool IsShared { get; init; }
}

/// <param name="Max">-1: without end.</param>
sealed record RepeatNode(Re2Node Inner, int Min, int Max, bool IsLazy) : Re2Node;

/// <param name="Number">1-based, in the order of the opening parentheses.</param>
sealed record GroupNode(Re2Node Inner, int Number, string Name) : Re2Node;

enum Anchor : byte
{
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NotWordBoundary,
}
