namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>Whose names the request metrics have.</summary>
public enum RequestNaming
{
    /// <summary><c>http_requests_total{method,endpoint,status}</c>, <c>http_request_duration_seconds{method,endpoint}</c>, <c>http_requests_active</c>.</summary>
    Pharos,

    /// <summary>OpenTelemetry's semantic conventions: <c>http_server_request_duration_seconds{http_request_method,http_route,http_response_status_code,…}</c>, <c>http_server_active_requests</c>.</summary>
    OpenTelemetry,

    /// <summary>prometheus-net's: <c>http_requests_received_total</c>, <c>http_request_duration_seconds</c>, <c>http_requests_in_progress</c>, all with <c>code, method, controller, action, endpoint</c>.</summary>
    PrometheusNet,
}
