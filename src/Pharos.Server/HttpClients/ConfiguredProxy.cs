using System.Net;
using Pharos.Server.Text;

namespace Pharos.Server.HttpClients;

/// <summary>A proxy with the exceptions of <c>no_proxy</c>: hosts, domains, addresses, ranges, each with an optional port.</summary>
/// <remarks>As Go's <c>httpproxy</c>: a domain covers its subdomains, <c>.domain</c> only those, <c>*</c> everything.</remarks>
sealed class ConfiguredProxy(Uri proxy, string noProxy) : IWebProxy
{
    /// <summary>The login is in <see cref="Credentials"/>; the runtime's messages name the address that they are given.</summary>
    readonly Uri shown = new(proxy.Shown());
    readonly string[] exceptions = noProxy.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public ICredentials? Credentials { get; set; } = CredentialsOf(proxy);

    public Uri GetProxy(Uri destination) => shown;

    public bool IsBypassed(Uri host)
    {
        var name = host.IdnHost.Trim('[', ']').ToLowerInvariant();
        foreach (var exception in exceptions)
        {
            if (exception == "*" || Covers(exception.ToLowerInvariant(), name, host.Port)) return true;
        }
        return false;
    }

    static bool Covers(string exception, string host, int port)
    {
        if (IPNetwork.TryParse(exception, out var network)) return IPAddress.TryParse(host, out var inside) && network.Contains(inside);
        if (IPAddress.TryParse(exception, out var address)) return IPAddress.TryParse(host, out var same) && address.Equals(same);
        var colon = exception.LastIndexOf(':');
        if (colon > 0)
        {
            if (exception[(colon + 1)..] != port.ToString(System.Globalization.CultureInfo.InvariantCulture)) return false;
            exception = exception[..colon].Trim('[', ']');
        }
        if (exception.StartsWith("*.", StringComparison.Ordinal)) exception = exception[1..];
        return exception.StartsWith('.')
            ? host.EndsWith(exception, StringComparison.Ordinal)
            : host == exception || host.EndsWith("." + exception, StringComparison.Ordinal);
    }

    static NetworkCredential? CredentialsOf(Uri proxy)
    {
        if (proxy.UserInfo.Length == 0) return null;
        var parts = proxy.UserInfo.Split(':', 2);
        return new(Uri.UnescapeDataString(parts[0]), parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
