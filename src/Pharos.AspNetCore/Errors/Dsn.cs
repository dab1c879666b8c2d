using System.Diagnostics.CodeAnalysis;

namespace Pharos.AspNetCore.Errors;

/// <summary>A Sentry DSN: <c>scheme://publicKey[:secretKey]@host[:port][/path]/projectId</c>.</summary>
sealed record Dsn(string Text, string PublicKey, Uri EnvelopeUrl)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out Dsn? dsn)
    {
        dsn = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length == 0) return false;
        var path = url.AbsolutePath.TrimEnd('/');
        var slash = path.LastIndexOf('/');
        var project = path[(slash + 1)..];
        if (slash < 0 || project.Length == 0 || project.AsSpan().ContainsAnyExceptInRange('0', '9')) return false;
        var key = url.UserInfo.Split(':')[0];
        if (key.Length == 0) return false;
        var envelopes = new UriBuilder(url.Scheme, url.Host, url.Port, $"{path[..slash]}/api/{project}/envelope/").Uri;
        // The secret half of an old DSN is never sent anywhere.
        dsn = new Dsn($"{url.Scheme}://{key}@{url.Authority}{path}", key, envelopes);
        return true;
    }
}
