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
    readonly IHostApplicationLifetime lifetime;
    readonly Meter meter = new("Pharos.Health");
    volatile bool isReady;

    /// <param name="refusal">Why the disk takes nothing now; null: all is well.</param>
    public HealthRoom(bool enableQuit, Func<string?> refusal, ServerNotices notices, IHostApplicationLifetime lifetime)
    {
        (this.enableQuit, this.refusal, this.notices, this.lifetime) = (enableQuit, refusal, notices, lifetime);
        notices.Raise(Starting);
        lifetime.ApplicationStopping.Register(End); // Before the host waits for requests: those that follow the notices would never end.
        meter.CreateObservableGauge("prometheus_ready", () => isReady ? 1 : 0, null, "Whether the server is ready to serve.");
    }

    public void Map(DoorTable doors)
    {
        doors.Map(Door.Text("/-/healthy", "whether the process lives") with { Right = Right.Login }, call => call.AnswerTextAsync("Pharos is Healthy.\n"));
        doors.Map(Door.Text("/-/ready", "whether it is ready to serve, and takes what is pushed") with { Right = Right.Login, IsOnEveryPort = true }, ReadyAsync);
        doors.Map(Door.Change("/-/quit", Right.Admin, "ends the server, with --web.enable-lifecycle") with { Faults = FaultFormat.Text }, QuitAsync);
        NoticeEndpoints.Map(doors, notices);
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
    Task ReadyAsync(ApiCall call)
    {
        if (!isReady) return call.AnswerTextAsync("Pharos is starting.\n", StatusCodes.Status503ServiceUnavailable);
        return refusal() is { } reason
            ? call.AnswerTextAsync($"Pharos takes no pushes: {reason}\nQueries are answered; scrapes, rules and alerts go on.\n", StatusCodes.Status503ServiceUnavailable)
            : call.AnswerTextAsync("Pharos is Ready.\n");
    }

    void End()
    {
        notices.Raise(Ending);
        notices.Close();
    }

    Task QuitAsync(ApiCall call)
    {
        if (!enableQuit) throw new ApiFaultException(FaultKind.Forbidden, "Quitting is switched off; start with --web.enable-lifecycle.");
        call.Context.Response.OnCompleted(() =>
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        });
        return call.AnswerTextAsync("Requesting termination... Goodbye!\n");
    }
}
