using System.Net;

namespace Shop.Operating;

/// <summary>The switches over HTTP: for the page, the demo and tests, from this machine only.</summary>
static partial class SwitchEndpoints
{
    public static void MapSwitches(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/switches").AddEndpointFilter(LocalOnlyAsync);
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

    /// <summary>Only programs of this machine, and no page of another site in this machine's browser: breaking things is nobody else's business.</summary>
    static ValueTask<object?> LocalOnlyAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        // A name that resolves to this machine today may be somebody else's (DNS rebinding), so the host counts as well as the address.
        var isLocal = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && IsLocalName(context.Request.Host.Host);
        var origin = context.Request.Headers.Origin.ToString();
        var isOwnPage = origin.Length == 0 || Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == context.Request.Host.Value;
        return isLocal && isOwnPage ? next(invocation) : ValueTask.FromResult<object?>(Results.Json(new { error = "the switches can be used from this machine only" }, statusCode: StatusCodes.Status403Forbidden));
    }

    static bool IsLocalName(string host) => host is "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    [LoggerMessage(LogLevel.Warning, "Switch {Switch} is {IsOn} now")]
    static partial void Switched(ILogger logger, string @switch, bool isOn);

    [LoggerMessage(LogLevel.Critical, "Crashing, as asked by the switch")]
    static partial void Crashing(ILogger logger);
}
