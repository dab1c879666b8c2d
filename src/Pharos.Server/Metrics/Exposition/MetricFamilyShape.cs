namespace Pharos.Server.Metrics.Exposition;

/// <summary>The fields of <c>io.prometheus.client.MetricFamily</c>.</summary>
/// <remarks>Source: client_model, io/prometheus/client/metrics.proto (facts).</remarks>
static class MetricFamilyShape
{
    public const int Name = 1;

    static readonly ProtoField Labels = ProtoField.Many(1, "label", new(1, "name", ProtoKind.Text), new(2, "value", ProtoKind.Text));

    static readonly ProtoField[] Exemplar = [Labels, new(2, "value", ProtoKind.Double), new(3, "timestamp", ProtoKind.Timestamp)];

    static readonly ProtoField[] Span = [new(1, "offset", ProtoKind.SInt32), new(2, "length", ProtoKind.UInt32)];

    static readonly ProtoField[] Histogram =
    [
        new(1, "sampleCount", ProtoKind.UInt64), new(4, "sampleCountFloat", ProtoKind.Double), new(2, "sampleSum", ProtoKind.Double),
        ProtoField.Many(
            3,
            "bucket",
            new(1, "cumulativeCount", ProtoKind.UInt64),
            new(4, "cumulativeCountFloat", ProtoKind.Double),
            new(2, "upperBound", ProtoKind.Double),
            ProtoField.One(3, "exemplar", Exemplar)),
        new(15, "createdTimestamp", ProtoKind.Timestamp),
        new(5, "schema", ProtoKind.SInt32), new(6, "zeroThreshold", ProtoKind.Double), new(7, "zeroCount", ProtoKind.UInt64), new(8, "zeroCountFloat", ProtoKind.Double),
        ProtoField.Many(9, "negativeSpan", Span), new(10, "negativeDelta", ProtoKind.SInt64, IsRepeated: true), new(11, "negativeCount", ProtoKind.Double, IsRepeated: true),
        ProtoField.Many(12, "positiveSpan", Span), new(13, "positiveDelta", ProtoKind.SInt64, IsRepeated: true), new(14, "positiveCount", ProtoKind.Double, IsRepeated: true),
        ProtoField.Many(16, "exemplars", Exemplar),
    ];

    public static readonly ProtoField[] Family =
    [
        new(Name, "name", ProtoKind.Text),
        new(2, "help", ProtoKind.Text),
        new(3, "type", ProtoKind.Word, Words: ["COUNTER", "GAUGE", "SUMMARY", "UNTYPED", "HISTOGRAM", "GAUGE_HISTOGRAM"]),
        ProtoField.Many(
            4,
            "metric",
            Labels,
            ProtoField.One(2, "gauge", new ProtoField(1, "value", ProtoKind.Double)),
            ProtoField.One(3, "counter", new(1, "value", ProtoKind.Double), ProtoField.One(2, "exemplar", Exemplar), new(3, "createdTimestamp", ProtoKind.Timestamp)),
            ProtoField.One(
                4,
                "summary",
                new(1, "sampleCount", ProtoKind.UInt64),
                new(2, "sampleSum", ProtoKind.Double),
                ProtoField.Many(3, "quantile", new(1, "quantile", ProtoKind.Double), new(2, "value", ProtoKind.Double)),
                new(4, "createdTimestamp", ProtoKind.Timestamp)),
            ProtoField.One(5, "untyped", new ProtoField(1, "value", ProtoKind.Double)),
            ProtoField.One(7, "histogram", Histogram),
            new(6, "timestampMs", ProtoKind.Int64)),
        new(5, "unit", ProtoKind.Text),
    ];
}
