using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;

namespace Pharos.AspNetCore.Tracing;

/// <summary>One line a span, for the eyes of a developer.</summary>
sealed class ConsoleSpanExporter(TextWriter console) : BaseExporter<Activity>
{
    public override ExportResult Export(in Batch<Activity> batch)
    {
        try
        {
            foreach (var span in batch)
            {
                var status = span.Status == ActivityStatusCode.Error ? " ERROR" : "";
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"span {span.TraceId.ToHexString()[..8]} {span.ParentSpanId.ToHexString()[..4]}>{span.SpanId.ToHexString()[..4]} {span.Duration.TotalMilliseconds,9:F2} ms  {span.Source.Name}  {Named(span)}{status}"));
            }
            return ExportResult.Success;
        }
        catch (IOException)
        {
            return ExportResult.Failure;
        }
    }

    static string Named(Activity span) => span.GetTagItem("http.route") is string route ? $"{span.GetTagItem("http.request.method")} {route} {span.GetTagItem("http.response.status_code")}" : span.DisplayName;
}
