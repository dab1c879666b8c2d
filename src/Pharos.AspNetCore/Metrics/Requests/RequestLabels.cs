using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>Label values of a request, made beforehand so that none is made per request.</summary>
static class RequestLabels
{
    static readonly string[] Statuses = [.. Enumerable.Range(0, 600).Select(status => status.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Methods come from the client: only the known ones become label values.</summary>
    public static string Method(string method, string unknown) => method switch
    {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        "TRACE" => "TRACE",
        "CONNECT" => "CONNECT",
        _ => unknown,
    };

    public static string Status(HttpContext context) => context.Response.StatusCode is >= 100 and < 600 and var status ? Statuses[status] : "other";

    public static string ProtocolVersion(string protocol) => protocol switch
    {
        "HTTP/2" => "2",
        "HTTP/3" => "3",
        "HTTP/1.0" => "1.0",
        _ => "1.1",
    };

    public static string Scheme(string scheme) => scheme is "https" ? "https" : "http";
}
