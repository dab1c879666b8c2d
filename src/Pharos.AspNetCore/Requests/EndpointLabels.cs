using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Pharos.AspNetCore.Requests;

/// <summary>What an endpoint is called in metrics, log lines, traces and reports alike: its route template, so that paths never explode into series.</summary>
sealed class EndpointLabels
{
    static readonly ConditionalWeakTable<Endpoint, EndpointLabels> Known = [];

    static readonly EndpointLabels Unmatched = new("unmatched");

    EndpointLabels(string route) => Route = route;

    EndpointLabels(RouteEndpoint endpoint)
    {
        var text = endpoint.RoutePattern.RawText ?? "";
        // A conventional route, {controller}/{action}/{id?}, is one for all actions; what the endpoint requires tells which it is.
        foreach (var (name, value) in endpoint.RoutePattern.RequiredValues)
        {
            if (value is string { Length: > 0 } required) text = Fill(text, name, required);
        }
        Route = text.StartsWith('/') ? text : $"/{text}";
        Controller = Required(endpoint, "controller");
        Action = Required(endpoint, "action");
        IsTimed = endpoint.Metadata.GetMetadata<IDisableHttpMetricsMetadata>() is null;
    }

    /// <summary>With a leading slash, such as <c>/orders/{id}</c>; <c>unmatched</c> when no endpoint was found.</summary>
    public string Route { get; }

    /// <summary>Of MVC; else empty.</summary>
    public string Controller { get; } = "";

    /// <summary>Of MVC; else empty.</summary>
    public string Action { get; } = "";

    /// <summary>Whether its requests are counted and timed: not those of <c>DisableHttpMetrics()</c>, such as streams that live for hours.</summary>
    public bool IsTimed { get; } = true;

    public bool IsMatched => !ReferenceEquals(this, Unmatched);

    public static EndpointLabels Of(Endpoint? endpoint) =>
        endpoint is RouteEndpoint route ? Known.TryGetValue(route, out var labels) ? labels : Known.GetValue(route, static added => new((RouteEndpoint)added)) : Unmatched;

    /// <summary>The endpoint that a request is told of by: the one it came for, also when an error page has taken its place.</summary>
    /// <param name="begun">As it was known when the request came in; unmatched when routing comes later.</param>
    /// <remarks>A look at the features costs more than the rest of a measurement: only where something went wrong.</remarks>
    public static EndpointLabels Of(HttpContext context, EndpointLabels begun) => begun.IsMatched ? begun : Of(context.Response.StatusCode >= 400 ? EndpointOf(context) : context.GetEndpoint());

    /// <summary>The endpoint that a request came for, also when a handler of errors has put its page in the place.</summary>
    public static Endpoint? EndpointOf(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();

    /// <summary><c>{controller=Home}/{id?}</c> with the controller <c>Orders</c> is <c>Orders/{id?}</c>.</summary>
    static string Fill(string template, string name, string value)
    {
        var start = template.IndexOf($"{{{name}", StringComparison.OrdinalIgnoreCase);
        if (start < 0) return template;
        var behind = start + 1 + name.Length;
        var end = template.IndexOf('}', behind);
        return end >= 0 && template[behind] is '}' or '=' or ':' or '?' ? string.Concat(template.AsSpan(0, start), value, template.AsSpan(end + 1)) : template;
    }

    static string Required(RouteEndpoint endpoint, string name) => endpoint.RoutePattern.RequiredValues.TryGetValue(name, out var value) && value is string text ? text : "";
}
