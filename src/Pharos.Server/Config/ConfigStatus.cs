using Pharos.Model.Diagnostics;

namespace Pharos.Server.Config;

/// <summary>What is in force, and how the last load ended.</summary>
/// <param name="Shown">The prometheus.yml in force, with defaults filled in and secrets hidden.</param>
/// <param name="LoadedAt">When the configuration in force was taken.</param>
/// <param name="Diagnostics">What the last attempt had to tell, also when it failed.</param>
/// <param name="Files">All files that the last attempt read.</param>
/// <param name="Patterns">Of the configuration in force; files that come or go below them change it.</param>
sealed record ConfigStatus(
    Configuration InForce, string Shown, DateTimeOffset LoadedAt, bool IsLastReloadSuccessful, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Files, IReadOnlyList<string> Patterns)
{
    /// <summary>The last attempt failed by no fault of the files: another may succeed with the same ones.</summary>
    public bool MayPass { get; init; }
}
