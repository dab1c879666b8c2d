using Microsoft.AspNetCore.Routing.Matching;

namespace Pharos.Server.Doors;

/// <summary>Keeps each door to the ports that it is on: of doors with the same path routing takes the one of the port, and what is on other ports is not there.</summary>
sealed class PortPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    static readonly Endpoint Elsewhere = new(
        context => new Fault(FaultKind.NotFound, "404 page not found").AnswerAsync(context, FaultFormat.Text), new(DoorTable.Nothing), "a door of other ports");

    public override int Order => 0;

    /// <summary>Only where an API with a port of its own takes part; all other paths are routed as fast as ever, and looked at by <see cref="KeepAsync"/>.</summary>
    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(endpoint => DoorTable.Of(endpoint).Port is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var port = ArrivalPort.Of(httpContext)?.Port;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && !DoorTable.Of(candidates[i].Endpoint).IsOn(port)) candidates.SetValidity(i, value: false);
        }
        return Task.CompletedTask;
    }

    /// <summary>Stands behind routing.</summary>
    public static Task KeepAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is { } endpoint && !DoorTable.Of(endpoint).IsOn(ArrivalPort.Of(context)?.Port)) context.SetEndpoint(Elsewhere);
        return next(context);
    }
}
