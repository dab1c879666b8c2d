using Pharos.Model.Text;
using Pharos.Model.Text.Re2Matching;

namespace Pharos.Server.Discovery;

enum RelabelAction
{
    Replace,
    Keep,
    Drop,
    KeepEqual,
    DropEqual,
    HashMod,
    LabelMap,
    LabelDrop,
    LabelKeep,
    Lowercase,
    Uppercase,
}

/// <summary>One relabelling rule. Nothing in it is expanded from the environment: <c>$1</c> is the rule's own.</summary>
sealed record RelabelConfig
{
    /// <summary>The pattern when none is written.</summary>
    public const string DefaultRegex = "(.*)";

    public RelabelAction Action { get; init; } = RelabelAction.Replace;

    public IReadOnlyList<string> SourceLabels { get; init; } = [];

    public string Separator { get; init; } = ";";

    /// <summary>Anchored at both ends.</summary>
    public Re2 Regex { get; init; } = Re2.CompileAnchored(DefaultRegex);

    /// <summary>Above 0 for <see cref="RelabelAction.HashMod"/>.</summary>
    public ulong Modulus { get; init; }

    /// <summary>May hold <c>$1</c> or <c>${name}</c> for <see cref="RelabelAction.Replace"/>.</summary>
    public string TargetLabel { get; init; } = "";

    public string Replacement { get; init; } = "$1";
}
