using System.Net.Security;

namespace Pharos.Server.Access;

/// <summary>What of web.yml is in force: swapped as a whole at a reload.</summary>
/// <remarks>Threads: read by every connection and request; <see cref="Apply"/> by one at a time.</remarks>
sealed class WebAccess : IDisposable
{
    volatile Snapshot current;

    public WebAccess(WebConfig config) => current = Snapshot.Of(config);

    public WebConfig Config => current.Config;

    /// <summary>TLS of new connections.</summary>
    public SslServerAuthenticationOptions TlsOptions => current.Tls!;

    public LoginGate Gate => current.Gate;

    /// <summary>Takes a new web.yml. Whether TLS is spoken at all stays as it was at the start: the ports are open already.</summary>
    /// <returns>False when that was asked for.</returns>
    public bool Apply(WebConfig config)
    {
        if ((config.Tls is null) != (current.Config.Tls is null)) return false;
        current = Snapshot.Of(config); // The old gate is left to the requests that still ask it.
        return true;
    }

    public void Dispose() => current.Gate.Dispose();

    sealed record Snapshot(WebConfig Config, SslServerAuthenticationOptions? Tls, LoginGate Gate)
    {
        public static Snapshot Of(WebConfig config) =>
            new(config, config.Tls is null ? null : ServerCertificate.CreateOptions(config.Tls, config.EnableHttp2), new(config.Users));
    }
}
