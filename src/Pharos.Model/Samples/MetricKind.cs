namespace Pharos.Model.Samples;

/// <summary>The type that an exposition declares for a metric family.</summary>
public enum MetricKind : byte
{
    Unknown,
    Counter,
    Gauge,
    Histogram,
    GaugeHistogram,
    Summary,
    Info,
    StateSet,
}

/// <summary>What an exposition says of a metric family.</summary>
public sealed record MetricMetadata(MetricKind Kind, string Help, string Unit);
