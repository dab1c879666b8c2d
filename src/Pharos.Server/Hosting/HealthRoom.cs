using Pharos.Server.Config;

namespace Pharos.Server.Hosting;

/// <summary>Says whether the process lives and whether it is ready to serve.</summary>
sealed class HealthRoom : IRoom
{
    volatile bool isReady;

    public void Map(IEndpointRouteBuilder routes)
    {
        string[] methods = ["GET", "HEAD"];
        routes.MapMethods("/-/healthy", methods, context => AnswerAsync(context, 200, "Pharos is Healthy.\n"));
        routes.MapMethods("/-/ready", methods, context => isReady
            ? AnswerAsync(context, 200, "Pharos is Ready.\n")
            : AnswerAsync(context, 503, "Pharos is starting.\n"));
    }

    public ValueTask ApplyAsync(PrometheusConfig config)
    {
        isReady = true;
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        isReady = false;
        return ValueTask.CompletedTask;
    }

    static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text);
    }
}
