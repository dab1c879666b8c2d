using System.Security.Cryptography;
using Pharos.AspNetCore.CriticalAlerts;
using Pharos.AspNetCore.Metrics;
using Shop.Operating;

namespace Shop.Pipeline;

/// <summary>A small data pipeline: works through records when asked, and fails when asked.</summary>
static partial class PipelineEndpoints
{
    const int MostRecords = 100_000;

    public static void MapPipeline(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/data/process", Process);
        routes.MapGet("/data/error", (ShopMetrics metrics) =>
        {
            metrics.PipelineFailed("bad_source");
            throw new InvalidDataException("the source of the pipeline sent a file without a header");
        });
        routes.MapGet("/test-error-alert", async (ICriticalAlerts alerts, ApplicationMetrics errors, CancellationToken aborted) =>
        {
            errors.ApiError("test", "/test-error-alert");
            await alerts.RaiseAsync("Test of the alerts", "Somebody asked the shop for /test-error-alert: whoever reads this is reached.", AlertSeverity.Critical, cancellationToken: aborted);
            throw new InvalidOperationException("an error to test the alerts with");
        });
    }

    static IResult Process(int? records, ShopMetrics metrics, TimeProvider time, ILogger<ShopMetrics> logger, CancellationToken aborted)
    {
        var count = records ?? 100;
        if (count is < 1 or > MostRecords)
        {
            metrics.PipelineFailed("bad_record");
            return Results.BadRequest(new { error = $"records is out of 1 to {MostRecords}" });
        }
        using var span = ShopMetrics.Spans.StartActivity("process_records");
        var start = time.GetTimestamp();
        Span<byte> record = stackalloc byte[SHA256.HashSizeInBytes];
        for (var i = 0; i < count && !aborted.IsCancellationRequested; i++) SHA256.HashData(record, record); // About a microsecond of honest work each.
        var duration = time.GetElapsedTime(start);
        metrics.Processed(count, duration);
        Processed(logger, count, duration.TotalMilliseconds);
        return Results.Json(new { processed = count, digest = Convert.ToHexStringLower(record), duration_ms = Math.Round(duration.TotalMilliseconds, 3) });
    }

    [LoggerMessage(LogLevel.Information, "Processed {Records} records in {DurationMs} ms")]
    static partial void Processed(ILogger logger, int records, double durationMs);
}
