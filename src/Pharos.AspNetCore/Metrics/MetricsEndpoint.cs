using Microsoft.AspNetCore.Http;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Answers a scrape in the format that its Accept header prefers among those written here.</summary>
static class MetricsEndpoint
{
    public static async Task WriteAsync(HttpContext context, MeterCollector collector)
    {
        var isOpenMetrics = PrefersOpenMetrics(context.Request.Headers.Accept.ToString());
        context.Response.ContentType = isOpenMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        collector.Write(context.Response.BodyWriter, isOpenMetrics);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Whether OpenMetrics text is named with a higher weight than plain text, or with an equal one before it.</summary>
    internal static bool PrefersOpenMetrics(string accept)
    {
        var (openMetrics, plain) = (0.0, 0.0);
        foreach (var part in accept.Split(',', 64))
        {
            var fields = part.Split(';', StringSplitOptions.TrimEntries);
            var weight = 1.0;
            foreach (var field in fields.AsSpan(1))
            {
                if (field.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
                    && double.TryParse(field.AsSpan(2), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var q)) weight = q;
            }
            if (fields[0].Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase)) openMetrics = Math.Max(openMetrics, weight);
            else if (fields[0] is "text/plain" or "text/*") plain = Math.Max(plain, weight);
        }
        return openMetrics > 0 && openMetrics >= plain;
    }
}
