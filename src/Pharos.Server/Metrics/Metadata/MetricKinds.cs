using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Metadata;

/// <summary>Kinds of metrics in the words of the HTTP API.</summary>
static class MetricKinds
{
    public static string Word(this MetricKind kind) => kind.ToString().ToLowerInvariant();
}
