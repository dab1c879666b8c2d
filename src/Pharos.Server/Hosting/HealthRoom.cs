using System.Diagnostics.Metrics;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Hosting.Notices;
using Pharos.Server.Rooms;

namespace Pharos.Server.Hosting;

/// <summary>Says whether the process lives, whether it is ready to serve and what troubles it, and ends it when asked (<c>--web.enable-lifecycle</c>).</summary>
sealed class HealthRoom : IRoom
{
    const string Starting = "Pharos is starting.";
    const string Ending = "Pharos is shutting down and gracefully stopping all operations.";

    readonly bool enableQuit;
    readonly Func<string?> refusal;
    readonly ServerNotices notices;
    readonly ApiDoor door;
    readonly IHostApplicationLifetime lifetime;
    readonly Meter meter = new("Pharos.Health");
    volatile bool isReady;

    /// <param name="refusal">Why the disk takes nothing now; null: all is well.</param>
    public HealthRoom(bool enableQuit, Func<string?> refusal, ServerNotices notices, ApiDoor door, IHostApplicationLifetime lifetime)
    {
        (this.enableQuit, this.refusal, this.notices, this.door, this.lifetime) = (enableQuit, refusal, notices, door, lifetime);
        notices.Raise(Starting);
        lifetime.ApplicationStopping.Register(End); // Before the host waits for requests: those that follow the notices would never end.
        meter.CreateObservableGauge("prometheus_ready", () => isReady ? 1 : 0, null, "Whether the server is ready to serve.");
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        string[] methods = ["GET", "HEAD"];
        routes.MapMethods("/-/healthy", methods, context => AnswerAsync(context, 200, "Pharos is Healthy.\n"));
        routes.MapMethods("/-/ready", methods, ReadyAsync);
        routes.MapMethods("/-/quit", ["POST", "PUT"], QuitAsync);
        NoticeEndpoints.Map(routes, door, notices);
    }

    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        preparation.OnSwap(() =>
        {
            isReady = true;
            notices.Withdraw(Starting);
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        isReady = false;
        meter.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A server whose disk refuses is alive and answers queries, but what is pushed to it is better pushed elsewhere.</summary>
    Task ReadyAsync(HttpContext context)
    {
        if (!isReady) return AnswerAsync(context, 503, "Pharos is starting.\n");
        return refusal() is { } reason
            ? AnswerAsync(context, 503, $"Pharos takes no pushes: {reason}\nQueries are answered; scrapes, rules and alerts go on.\n")
            : AnswerAsync(context, 200, "Pharos is Ready.\n");
    }

    void End()
    {
        notices.Raise(Ending);
        notices.Close();
    }

    Task QuitAsync(HttpContext context)
    {
        if (!enableQuit) return AnswerAsync(context, 403, "Quitting is switched off; start with --web.enable-lifecycle.\n");
        context.Response.OnCompleted(() =>
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        });
        return AnswerAsync(context, 200, "Requesting termination... Goodbye!\n");
    }

    static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(text);
    }
}
