using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Pharos.Bench.Application;

/// <summary>Takes every point of OpenTelemetry's SDK and writes nothing: its Prometheus exporter cannot be restored here, so that the comparison leaves the writing out.</summary>
sealed class NoExport : BaseExporter<Metric>
{
    public double Sum { get; private set; }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            foreach (ref readonly var point in metric.GetMetricPoints()) Sum += metric.MetricType == MetricType.LongSum ? point.GetSumLong() : 0;
        }
        return ExportResult.Success;
    }
}
