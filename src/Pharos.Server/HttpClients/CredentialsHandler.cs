using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Pharos.Server.HttpClients;

/// <summary>Adds credentials and headers to each request, and follows redirects without giving them away.</summary>
/// <remarks>
/// <para>They go to the scheme, host and port that were asked, and to no other: another port may be another's, and by http everybody on the way reads along.
/// Who was led away from there gets them no more, though the way may lead back: whoever led away may have chosen what is asked then.</para>
/// <para>Secrets are read for each request, so that a rotated file is used at once.</para>
/// </remarks>
sealed class CredentialsHandler(HttpClientConfig config, OAuth2Tokens? tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var origin = request.RequestUri!;
        var isAtOrigin = true;
        for (var redirects = 0; ; redirects++)
        {
            await AuthorizeAsync(request, origin, isAtOrigin, cancellationToken).ConfigureAwait(false);
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (!config.FollowRedirects || !IsRedirect(response.StatusCode) || response.Headers.Location is not { } location) return response;
            var target = new Uri(request.RequestUri!, location);
            if (redirects == OutboundHttp.MaxRedirects)
            {
                response.Dispose();
                throw new HttpRequestException($"stopped after {OutboundHttp.MaxRedirects} redirects");
            }
            if (target.Scheme is not ("http" or "https")) return response;
            var keepsMethod = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
            response.Dispose();
            request.RequestUri = target;
            isAtOrigin &= IsSameOrigin(target, origin);
            if (keepsMethod || request.Method == HttpMethod.Get || request.Method == HttpMethod.Head) continue;
            request.Method = HttpMethod.Get;
            request.Content = null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) tokens?.Dispose();
        base.Dispose(disposing);
    }

    static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.IdnHost == other.IdnHost && one.Port == other.Port;

    async ValueTask AuthorizeAsync(HttpRequestMessage request, Uri origin, bool isAtOrigin, CancellationToken cancellation)
    {
        // The runtime takes the name to ask for and to check in TLS from the Host header and nowhere else.
        request.Headers.Host = config.Tls.ServerName is { } serverName && request.RequestUri!.Scheme == Uri.UriSchemeHttps ? serverName : null;
        // A request may bring a login of its own, such as a bot's token; the configuration's goes before it, and neither goes elsewhere.
        if (!isAtOrigin) request.Headers.Authorization = null;
        else if (LoginOf(origin) is { } login) request.Headers.Authorization = login;
        else if (await CredentialsAsync(cancellation).ConfigureAwait(false) is { } credentials) request.Headers.Authorization = credentials;
        foreach (var header in config.Headers)
        {
            request.Headers.Remove(header.Name);
            if (!isAtOrigin && (header.Secrets.Count > 0 || header.Files.Count > 0)) continue;
            request.Headers.TryAddWithoutValidation(header.Name, header.Values.Concat(header.Secrets.Concat(header.Files).Select(secret => secret.Read())));
        }
    }

    async ValueTask<AuthenticationHeaderValue?> CredentialsAsync(CancellationToken cancellation)
    {
        if (config.BasicAuth is { } basic) return Basic($"{basic.Username?.Read()}:{basic.Password?.Read()}");
        if (config.Authorization is { } authorization) return new(authorization.Type, authorization.Credentials?.Read());
        return tokens is null ? null : new("Bearer", await tokens.GetAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>What stands before the host in an address is a login, as for every client but the runtime's own. It is nearest, and goes before all others.</summary>
    static AuthenticationHeaderValue? LoginOf(Uri address)
    {
        if (address.UserInfo.Length == 0) return null;
        var parts = address.UserInfo.Split(':', 2);
        return Basic($"{Uri.UnescapeDataString(parts[0])}:{(parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "")}");
    }

    static AuthenticationHeaderValue Basic(string pair) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

    static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
