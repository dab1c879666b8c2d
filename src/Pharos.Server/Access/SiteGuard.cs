using System.Net;
using Pharos.Server.Doors;

namespace Pharos.Server.Access;

/// <summary>Judges requests that a browser makes on behalf of another site.</summary>
/// <remarks>
/// <para>Two dangers: a page elsewhere posts to a door that changes something (cross-site request forgery), and a name that resolves to
/// 127.0.0.1 lets a page elsewhere pass for this site (DNS rebinding). Programs send neither Origin nor Sec-Fetch-Site and are never
/// refused. Whether a page elsewhere may read answers is told by <see cref="OtherOrigins"/>.</para>
/// </remarks>
sealed class SiteGuard
{
    readonly bool isLoopbackOnly;
    readonly string externalHost;
    readonly string externalAuthority;

    /// <param name="isLoopbackOnly">No other machine reaches this one, so that no other name than the loopback's can be right.</param>
    /// <param name="externalUrl">Where users reach the server.</param>
    public SiteGuard(bool isLoopbackOnly, string externalUrl)
    {
        this.isLoopbackOnly = isLoopbackOnly;
        (externalHost, externalAuthority) = Uri.TryCreate(externalUrl, UriKind.Absolute, out var url) ? (url.Host, url.Authority) : ("", "");
    }

    /// <summary>Why the request is refused; null when it is not.</summary>
    public string? Refusal(HttpRequest request, Door door)
    {
        if ((ArrivalPort.Of(request.HttpContext)?.IsLoopback ?? isLoopbackOnly) && !IsOwnName(request.Host.Host))
        {
            return $"the Host \"{request.Host.Host}\" is no loopback name; start with --web.external-url=http://{request.Host.Host} when a proxy stands in front";
        }
        return ChangesState(request, door) && door.Right != Right.OwnKey && ComesFromElsewhere(request) ? "another site may not change anything here" : null;
    }

    /// <summary>Where there is no door its method tells.</summary>
    static bool ChangesState(HttpRequest request, Door door) =>
        door.TakesAll ? !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) : door.ChangesState;

    bool ComesFromElsewhere(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "cross-site" or "same-site") return true;
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return false;
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var url)) return true; // Also "null": a page that hides where it comes from.
        return !url.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase) && !url.Authority.Equals(externalAuthority, StringComparison.OrdinalIgnoreCase);
    }

    bool IsOwnName(string host)
    {
        if (host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)) return true;
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address)) return IPAddress.IsLoopback(address);
        return host.Equals(externalHost, StringComparison.OrdinalIgnoreCase);
    }
}
