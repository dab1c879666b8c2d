namespace Pharos.Server.Metrics.Exposition;

/// <summary>The formats in which targets show their metrics.</summary>
enum ExpositionFormat : byte
{
    /// <summary>Prometheus text 0.0.4, and 1.0.0 with quoted names.</summary>
    PrometheusText,

    /// <summary>OpenMetrics 1.0 text.</summary>
    OpenMetrics,

    /// <summary>Length-delimited <c>io.prometheus.client.MetricFamily</c> messages, which <see cref="ProtobufExposition"/> turns into lines.</summary>
    Protobuf,
}
