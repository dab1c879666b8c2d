using System.Net;
using Pharos.Server.Doors;

namespace Pharos.Server.Access;

/// <summary>Judges requests that a browser makes on behalf of another site.</summary>
/// <remarks>
/// <para>Two dangers: a page elsewhere posts to a door that changes something (cross-site request forgery), and a name that resolves to
/// 127.0.0.1 lets a page elsewhere pass for this site (DNS rebinding). Programs send neither Origin nor Sec-Fetch-Site and are never
/// refused. The path is the one that routing sees: cleaned (<see cref="RequestPath"/>), and without the prefix of all routes. Whether a page elsewhere may read answers is told by <see cref="Api.ApiDoor"/>.</para>
/// </remarks>
sealed class SiteGuard
{
    /// <summary>POST is only a long GET there.</summary>
    static readonly string[] ReadingPosts =
    [
        "/api/v1/query", "/api/v1/query_range", "/api/v1/query_exemplars", "/api/v1/series", "/api/v1/labels", "/api/v1/format_query", "/api/v1/parse_query",
        "/api/v1/alerting/routes/test", "/api/v1/alerting/ledger",
    ];

    readonly bool isLoopbackOnly;
    readonly string externalHost;
    readonly string externalAuthority;

    public SiteGuard(WebOptions options)
    {
        isLoopbackOnly = options.Listen.All(address => address.IsLoopback);
        (externalHost, externalAuthority) = Uri.TryCreate(options.ExternalUrl, UriKind.Absolute, out var url) ? (url.Host, url.Authority) : ("", "");
    }

    /// <summary>Why the request is refused; null when it is not.</summary>
    public string? Refusal(HttpRequest request)
    {
        if (isLoopbackOnly && !IsOwnName(request.Host.Host))
        {
            return $"the Host \"{request.Host.Host}\" is no loopback name; start with --web.external-url=http://{request.Host.Host} when a proxy stands in front";
        }
        if (!ChangesState(request) || !ComesFromElsewhere(request)) return null;
        return "another site may not change anything here";
    }

    static bool ChangesState(HttpRequest request)
    {
        if (request.Path.StartsWithSegments("/api/v1/alerting/heartbeat")) return true; // An image in a page elsewhere must not give a sign of life.
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) return false;
        return !(HttpMethods.IsPost(request.Method) && ReadingPosts.Contains(request.Path.Value!, StringComparer.Ordinal));
    }

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
