using System.Diagnostics.Metrics;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>The metrics of requests, under the names that the settings ask for.</summary>
sealed class RequestMetrics
{
    public RequestMetrics(IMeterFactory meters, MetricsOptions options)
    {
        var meter = meters.Create(PharosMeters.Requests);
        Recorder = options.Requests.Naming switch
        {
            RequestNaming.OpenTelemetry => new OpenTelemetryRequestRecorder(meter),
            RequestNaming.PrometheusNet => new PrometheusNetRequestRecorder(meter),
            _ => new PharosRequestRecorder(meter, options.Requests),
        };
    }

    public IRequestRecorder Recorder { get; }
}
