using System.Net.Security;
using Pharos.Server.Config;
using Pharos.Server.Rooms;

namespace Pharos.Server.Access;

/// <summary>What of web.yml is in force: swapped as a whole at a reload.</summary>
/// <remarks>Threads: read by every connection and request.</remarks>
sealed class WebAccess : IRoom
{
    volatile Snapshot current;

    public WebAccess(WebConfig config) => current = Snapshot.Of(config);

    public WebConfig Config => current.Config;

    /// <summary>TLS of new connections.</summary>
    public SslServerAuthenticationOptions TlsOptions => current.Tls!;

    public LoginGate Gate => current.Gate;

    public void Map(IEndpointRouteBuilder routes)
    {
    }

    /// <summary>Reads the certificate. Whether TLS is spoken at all stays as it was at the start: the ports are open already.</summary>
    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        var config = next.Of<WebConfig>();
        if ((config.Tls is null) != (current.Config.Tls is null)) preparation.Refuse("web.yml", "TLS cannot be switched on or off while the ports are open; restart");
        else
        {
            var snapshot = Snapshot.Of(config);
            preparation.Own(snapshot.Gate);
            preparation.OnSwap(() => current = snapshot); // The old gate is left to the requests that still ask it.
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        current.Gate.Dispose();
        return ValueTask.CompletedTask;
    }

    sealed record Snapshot(WebConfig Config, SslServerAuthenticationOptions? Tls, LoginGate Gate)
    {
        public static Snapshot Of(WebConfig config) =>
            new(config, config.Tls is null ? null : ServerCertificate.CreateOptions(config.Tls, config.EnableHttp2), new(config.Users));
    }
}
