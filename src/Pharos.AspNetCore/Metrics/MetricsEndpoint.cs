using Microsoft.AspNetCore.Http;
using Pharos.AspNetCore.Metrics.Exposition;

namespace Pharos.AspNetCore.Metrics;

/// <summary>Answers a scrape in the format that its Accept header likes best among those written here.</summary>
static class MetricsEndpoint
{
    public static async Task WriteAsync(HttpContext context, MeterCollector collector)
    {
        var choice = ExpositionChoice.Of(context.Request.Headers.Accept.ToString());
        using var output = new ByteBuffer();
        await collector.WriteAsync(output, choice.Format, context.RequestAborted);
        context.Response.ContentType = choice.ContentType;
        context.Response.ContentLength = output.Length;
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.BodyWriter.WriteAsync(output.Written, context.RequestAborted);
    }
}
