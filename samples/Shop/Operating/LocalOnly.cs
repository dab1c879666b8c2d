using System.Net;

namespace Shop.Operating;

/// <summary>Lets only programs of this machine pass, and no page of another site in this machine's browser.</summary>
static class LocalOnly
{
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        // A name that resolves to this machine today may be somebody else's (DNS rebinding), so the host counts as well as the address.
        var isLocal = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && IsLocalName(context.Request.Host.Host);
        var origin = context.Request.Headers.Origin.ToString();
        var isOwnPage = origin.Length == 0 || Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == context.Request.Host.Value;
        return isLocal && isOwnPage ? next(invocation) : ValueTask.FromResult<object?>(Results.Json(new { error = "this can be used from this machine only" }, statusCode: StatusCodes.Status403Forbidden));
    }

    static bool IsLocalName(string host) => host is "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
