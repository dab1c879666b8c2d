using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>What an endpoint is called in labels: its route template, so that paths never explode into series.</summary>
sealed class EndpointLabels
{
    static readonly ConditionalWeakTable<Endpoint, EndpointLabels> Known = [];

    static readonly EndpointLabels Unmatched = new("unmatched");

    EndpointLabels(string route) => Route = route;

    EndpointLabels(RouteEndpoint endpoint)
    {
        var text = endpoint.RoutePattern.RawText ?? "";
        Route = text.StartsWith('/') ? text : $"/{text}";
        Controller = Required(endpoint, "controller");
        Action = Required(endpoint, "action");
    }

    /// <summary>With a leading slash, such as <c>/orders/{id}</c>; <c>unmatched</c> when no endpoint was found.</summary>
    public string Route { get; }

    /// <summary>Of MVC; else empty.</summary>
    public string Controller { get; } = "";

    /// <summary>Of MVC; else empty.</summary>
    public string Action { get; } = "";

    public bool IsMatched => !ReferenceEquals(this, Unmatched);

    public static EndpointLabels Of(Endpoint? endpoint) =>
        endpoint is RouteEndpoint route ? Known.TryGetValue(route, out var labels) ? labels : Known.GetValue(route, static added => new((RouteEndpoint)added)) : Unmatched;

    static string Required(RouteEndpoint endpoint, string name) => endpoint.RoutePattern.RequiredValues.TryGetValue(name, out var value) && value is string text ? text : "";
}
