using Pharos.Model.Diagnostics;
using Pharos.Server.Config;

namespace Pharos.Server.Hosting.Loading;

/// <summary>Everything one load brought: the configuration, and what there is to tell about it.</summary>
/// <param name="Shown">The prometheus.yml with defaults filled in and secrets hidden; "" when there is none.</param>
/// <param name="Files">All files that were read, or tried.</param>
/// <param name="Patterns">Files that come or go below them are a change of the configuration.</param>
sealed record LoadedConfig(Configuration Configuration, string Shown, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Files, IReadOnlyList<string> Patterns)
{
    public bool HasErrors => Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);

    /// <summary>The faults, one a line.</summary>
    public string Errors => string.Join('\n', Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error));

    public LoadedConfig With(params IReadOnlyList<Diagnostic> more) => this with { Diagnostics = [.. Diagnostics, .. more] };
}
