using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Pharos.AspNetCore.Redaction;
using Pharos.AspNetCore.Requests;

namespace Pharos.AspNetCore.Errors;

/// <summary>Copies from a request what a report may say of it.</summary>
/// <remarks>Limits: 64 headers; texts of at most 2 048 UTF-16 units. The body is never read.</remarks>
sealed class RequestReader(ErrorOptions options, Redactor redactor)
{
    const int MaxHeaders = 64;
    const int MaxLength = 2_048;

    /// <summary>Headers that cannot name a person, unlike addresses, cookies and whatever applications make up.</summary>
    static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Encoding", "Accept-Language", "Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Host", "Origin", "Pragma",
        "Referer", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Traceparent", "Transfer-Encoding", "Upgrade", "User-Agent", "X-Request-ID",
    };

    public void Read(HttpContext context, ErrorReport report)
    {
        try
        {
            Copy(context, report);
        }
        catch (Exception)
        {
            // The request ended meanwhile and its parts are gone; the error is worth more than its request.
        }
    }

    void Copy(HttpContext context, ErrorReport report)
    {
        var request = context.Request;
        // While an error page is made, the request stands under the page's path and endpoint, not under those that failed.
        var failed = context.Features.Get<IExceptionHandlerFeature>();
        var endpoint = EndpointLabels.Of(EndpointLabels.EndpointOf(context));
        if (endpoint.IsMatched) report.Transaction = $"{request.Method} {endpoint.Route}";
        var told = new ReportedRequest
        {
            Method = request.Method,
            Url = Clean($"{request.Scheme}://{request.Host.Value}{request.PathBase.Value}{failed?.Path ?? request.Path.Value}"),
            QueryString = request.QueryString is { HasValue: true, Value: { } query } ? Clean(query[1..]) : null,
            Cookies = options.SendDefaultPii && request.Headers.Cookie.Count > 0 ? ShortText.Cut(request.Headers.Cookie.ToString(), MaxLength) : null,
        };
        foreach (var (name, values) in request.Headers)
        {
            if (told.Headers.Count == MaxHeaders) break;
            if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) || (!options.SendDefaultPii && !Harmless.Contains(name))) continue;
            told.Headers[name] = redactor.IsSensitive(name) ? Redactor.Mask : Clean(values.ToString());
        }
        report.Request = told;
        report.UserId = RequestScope.UserIdOf(context.User);
        if (!options.SendDefaultPii) return;
        if (context.User.Identity?.IsAuthenticated == true) report.UserName = context.User.Identity.Name;
        report.UserIpAddress = context.Connection.RemoteIpAddress?.ToString();
    }

    string Clean(string text) => redactor.Scrub(ShortText.Cut(text, MaxLength));
}
