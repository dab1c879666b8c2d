using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Pharos.Model.Text.Re2Matching;

namespace Pharos.Model.Text.Re2Syntax;

/// <summary>What a pattern may cost: its automaton takes at most 64 MB, of which 16 are for the states met while matching.</summary>
static class Re2Limits
{
    public const long MaxBytes = 64 << 20;

    /// <summary>For remembered states of <see cref="LazyAutomaton"/>; when they are full it starts anew.</summary>
    public const long StateBytes = 16 << 20;

    /// <summary>A step of <see cref="LazyAutomaton"/>, with its places in two sets.</summary>
    const int MatchStepBytes = 25;

    /// <summary>A step of <see cref="GroupMachine"/>, with its places in three sets and the chains of two.</summary>
    const int GroupStepBytes = 49;

    /// <summary>Ranges of all sets that a pattern writes out, of 8 bytes each.</summary>
    public const int MaxRanges = (int)(MaxBytes / 4 / 8);

    /// <summary>What the steps of a pattern take that is matched without groups.</summary>
    public static long BytesOfSteps(int steps) => steps * (long)MatchStepBytes;

    public static int MaxSteps(bool forGroups) => (int)((MaxBytes - StateBytes) / (forGroups ? GroupStepBytes : MatchStepBytes));

    /// <summary>Whether the steps fit in any case, also when nothing can be shared.</summary>
    public static bool IsSmall(Re2Node root, bool forGroups) => StepsOf(root) + 4 < MaxSteps(forGroups);

    /// <exception cref="Re2SyntaxException">Always: told with the pattern's beginning, its length and the size.</exception>
    [DoesNotReturn]
    public static void Refuse(Re2Node root, string pattern, bool forGroups) =>
        throw TooLarge(pattern, StepsOf(root) * (forGroups ? GroupStepBytes : MatchStepBytes) + StateBytes);

    public static Re2SyntaxException TooLarge(string pattern, double bytes)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(bytes / (1 << 20)):0} MB, {MaxBytes >> 20} are allowed");
        return new($"error parsing regexp: expression too large: its automaton would take {size}: `{Shown(pattern)}`");
    }

    static string Shown(string pattern) => pattern.Length <= 80 ? pattern
        : string.Create(CultureInfo.InvariantCulture, $"{pattern[..60]}… ({pattern.Length} characters)");

    /// <summary>Steps when no alternatives share a beginning. As a double, because nested counts multiply.</summary>
    static double StepsOf(Re2Node node) => node switch
    {
        SequenceNode sequence => sequence.Items.Sum(StepsOf),
        AlternationNode alternation => alternation.Options.Sum(option => StepsOf(option) + 1),
        GroupNode group => StepsOf(group.Inner) + (group.Number > 0 ? 2 : 0),
        RepeatNode repeat => (StepsOf(repeat.Inner) + 1) * Math.Max(1, Math.Max(repeat.Min, repeat.Max)) + 1,
        _ => 1,
    };
}
