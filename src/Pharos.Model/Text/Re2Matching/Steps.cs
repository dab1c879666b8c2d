using Pharos.Model.Text.Re2Syntax;

namespace Pharos.Model.Text.Re2Matching;

enum StepKind : byte
{
    /// <summary>One code point out of the set <c>X</c>, then on at <c>Y</c>.</summary>
    Set,

    /// <summary>On at <c>X</c>, or, less gladly, at <c>Y</c>.</summary>
    Split,

    /// <summary>On at <c>Y</c> where the anchor <c>X</c> holds.</summary>
    Anchor,

    /// <summary>The place is noted as <c>X</c>: twice the number of the group, and one more for its end. On at <c>Y</c>.</summary>
    Note,

    /// <summary>The pattern ends here; an anchored one only where the text does too.</summary>
    End,

    /// <summary>The pattern ends here, whatever else the text holds.</summary>
    EndAnywhere,
}

/// <summary>What stands on one side of a place between code points, as far as anchors ask.</summary>
enum Side : byte
{
    /// <summary>The text's start or end.</summary>
    Edge,
    Word,
    Newline,
    Other,
}

/// <summary>A pattern as steps of a machine: what both automata walk over.</summary>
/// <remarks>
/// <para>Method: Thompson's construction, written from the end to the start, so that each step knows the one behind it.</para>
/// <para>Threads: immutable, safe for all.</para>
/// <para>Source: Thompson, "Regular expression search algorithm", 1968; Cox, "Regular expression matching in the wild", 2010.</para>
/// </remarks>
sealed class Steps
{
    public required StepKind[] Kinds { get; init; }

    public required int[] X { get; init; }

    public required int[] Y { get; init; }

    public required int Start { get; init; }

    public required Alphabet Alphabet { get; init; }

    /// <summary>By class of the alphabet; null when no anchor asks.</summary>
    public required Side[]? Sides { get; init; }

    public int Count => Kinds.Length;

    /// <summary>Whether the step may be passed between what stands before and behind.</summary>
    public bool Holds(int step, Side before, Side behind) => (Anchor)X[step] switch
    {
        Anchor.TextStart => before == Side.Edge,
        Anchor.TextEnd => behind == Side.Edge,
        Anchor.LineStart => before is Side.Edge or Side.Newline,
        Anchor.LineEnd => behind is Side.Edge or Side.Newline,
        Anchor.WordBoundary => before == Side.Word != (behind == Side.Word),
        _ => before == Side.Word == (behind == Side.Word),
    };
}
