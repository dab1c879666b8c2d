namespace Shop.Operating;

/// <summary>The switches over HTTP: for the page, the demo and tests, from this machine only.</summary>
static partial class SwitchEndpoints
{
    public static void MapSwitches(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/switches").AddEndpointFilter(LocalOnly.FilterAsync);
        group.MapGet("/", (Switches switches) => Results.Json(Switches.All.Select(item => new { item.Name, item.Does, On = switches.States[item.Name] })));
        group.MapPost("/{name}", (string name, bool on, Switches switches, ILogger<Switches> logger) =>
        {
            if (!switches.TrySet(name, on))
            {
                return Results.NotFound(new { error = $"there is no such switch; there are {string.Join(", ", Switches.All.Select(item => item.Name))}, and crash" });
            }
            Switched(logger, name, on);
            return Results.Json(switches.States);
        });
        group.MapPost("/crash", (ILogger<Switches> logger) =>
        {
            Crashing(logger);
            // As if killed: nothing is flushed and nobody is told. The exit code is that of a process that a signal ended.
            _ = Task.Run(() => Environment.Exit(137));
            return Results.Accepted();
        });
    }

    [LoggerMessage(LogLevel.Warning, "Switch {Switch} is {IsOn} now")]
    static partial void Switched(ILogger logger, string @switch, bool isOn);

    [LoggerMessage(LogLevel.Critical, "Crashing, as asked by the switch")]
    static partial void Crashing(ILogger logger);
}
