using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace Pharos.Server.HttpClients;

/// <summary>Makes HTTP clients as the configuration describes them: TLS, proxy, redirects, credentials, headers.</summary>
/// <remarks>One client per configuration section, kept as long as that section: it holds the connections.</remarks>
static class OutboundHttp
{
    /// <summary>As Go's client has it; a loop of redirects ends here.</summary>
    public const int MaxRedirects = 10;

    /// <summary>Some services turn away a client without a name.</summary>
    public static readonly string Agent = $"Pharos/{typeof(OutboundHttp).Assembly.GetName().Version?.ToString(3)}";

    public static HttpClient Create(HttpClientConfig config, TimeProvider time)
    {
        HttpMessageHandler handler = Connections(config.Tls, config.Proxy);
        handler = new CredentialsHandler(config, config.OAuth2 is { } oauth ? new OAuth2Tokens(oauth, time) : null, handler);
        var client = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan, // Each request has its own deadline.
            DefaultRequestVersion = config.EnableHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Agent);
        return client;
    }

    internal static SocketsHttpHandler Connections(TlsConfig tls, ProxyConfig proxy)
    {
        var credentials = new TlsCredentials(tls);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // CredentialsHandler follows, because only it knows which credentials may go along.
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(30),
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = Protocols(tls),
                RemoteCertificateValidationCallback = credentials.AcceptsServer,
                LocalCertificateSelectionCallback = credentials.HasClientCertificate ? credentials.SelectClient : null,
            },
        };
        if (proxy.FromEnvironment)
        {
            handler.UseProxy = true; // The runtime's default proxy follows the environment.
        }
        else
        {
            handler.UseProxy = proxy.Url is not null;
            handler.Proxy = proxy.Url is { } url ? new ConfiguredProxy(url, proxy.NoProxy) : null;
        }
        return handler;
    }

    static SslProtocols Protocols(TlsConfig tls)
    {
        if (tls.MinVersion is null && tls.MaxVersion is null) return SslProtocols.Tls12 | SslProtocols.Tls13;
        var allowed = SslProtocols.None;
        var lowest = tls.MinVersion ?? TlsVersion.Tls12;
        var highest = tls.MaxVersion ?? TlsVersion.Tls13;
        for (var version = lowest; version <= highest; version++) allowed |= ToProtocol(version);
        return allowed;
    }

#pragma warning disable CA5397, SYSLIB0039 // Old versions are allowed only where the user's configuration names them.
    static SslProtocols ToProtocol(TlsVersion version) => version switch
    {
        TlsVersion.Tls10 => SslProtocols.Tls,
        TlsVersion.Tls11 => SslProtocols.Tls11,
        TlsVersion.Tls12 => SslProtocols.Tls12,
        _ => SslProtocols.Tls13,
    };
#pragma warning restore CA5397, SYSLIB0039
}
