using Pharos.Model.Labels;

namespace Pharos.Server.Discovery;

/// <summary>Targets that one place names together. A later group of the same source replaces this one.</summary>
/// <param name="Source">What tells this group from the others of a job: a file and index, an address, a name.</param>
/// <param name="Labels">Shared by all targets; a target's own win.</param>
/// <param name="Targets">Each with <c>__address__</c>.</param>
sealed record TargetGroup(string Source, LabelSet Labels, IReadOnlyList<LabelSet> Targets)
{
    public const string Address = "__address__";
}
