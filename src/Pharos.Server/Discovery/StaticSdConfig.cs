using Pharos.Model.Labels;

namespace Pharos.Server.Discovery;

/// <summary>One group of <c>static_configs</c>: addresses that share labels.</summary>
sealed record StaticSdConfig(IReadOnlyList<string> Targets, LabelSet Labels);
