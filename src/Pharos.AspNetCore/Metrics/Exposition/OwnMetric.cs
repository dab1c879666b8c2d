namespace Pharos.AspNetCore.Metrics.Exposition;

/// <summary>A number without labels that the exposition tells of itself.</summary>
readonly record struct OwnMetric(string Name, bool IsCounter, string Help, double Value);
