using System.Net.Security;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Rooms;

namespace Pharos.Server.Access;

/// <summary>What of web.yml is in force: swapped as a whole at a reload.</summary>
/// <remarks>Threads: read by every connection and request.</remarks>
sealed class WebAccess : IRoom
{
    volatile Snapshot current;

    public WebAccess(WebConfig config, RolesConfig roles) => current = Snapshot.Of(config, roles);

    public WebConfig Config => current.Config;

    /// <summary>TLS of new connections.</summary>
    public SslServerAuthenticationOptions TlsOptions => current.Tls!;

    /// <summary>Whether nobody is asked who he is.</summary>
    public bool IsOpen => current.Callers.Gate.IsOpen;

    /// <summary>Who asks; else why he is not let in.</summary>
    public ValueTask<(Caller? Caller, Fault? Fault)> AskAsync(HttpContext context) => current.Callers.FindAsync(context);

    public void Map(DoorTable doors)
    {
    }

    /// <summary>Reads the certificate. Whether TLS is spoken at all stays as it was at the start: the ports are open already.</summary>
    public ValueTask PrepareAsync(Configuration next, Preparation preparation)
    {
        var config = next.Of<WebConfig>();
        if ((config.Tls is null) != (current.Config.Tls is null)) preparation.Refuse("web.yml", "TLS cannot be switched on or off while the ports are open; restart");
        else
        {
            var snapshot = Snapshot.Of(config, next.Of<RolesConfig>());
            preparation.Own(snapshot.Callers);
            preparation.OnSwap(() => current = snapshot); // The old gate is left to the requests that still ask it.
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        current.Callers.Dispose();
        return ValueTask.CompletedTask;
    }

    sealed record Snapshot(WebConfig Config, SslServerAuthenticationOptions? Tls, Callers Callers)
    {
        public static Snapshot Of(WebConfig config, RolesConfig roles) =>
            new(config, config.Tls is null ? null : ServerCertificate.CreateOptions(config.Tls, config.EnableHttp2), new(config.Users, roles));
    }
}
