using Pharos.Server.Doors;

namespace Pharos.Server.Access;

/// <summary>Finds who asks: by his login, by his certificate, or by both.</summary>
/// <remarks>A login or certificate that has no role is admin; without logins everybody is who shows no certificate that has one. Threads: safe for all.</remarks>
sealed class Callers(IReadOnlyDictionary<string, string> logins, RolesConfig roles) : IDisposable
{
    readonly Dictionary<string, Caller> byLogin = logins.Keys.ToDictionary(name => name, name => new Caller(name, roles.Users.GetValueOrDefault(name, Role.Admin)), StringComparer.Ordinal);

    public LoginGate Gate { get; } = new(logins);

    public void Dispose() => Gate.Dispose();

    /// <summary>Exactly one of both.</summary>
    public async ValueTask<(Caller? Caller, Fault? Fault)> FindAsync(HttpContext context)
    {
        var caller = Caller.Anybody;
        if (!Gate.IsOpen)
        {
            var answer = await Gate.AdmitsAsync(context.Request.Headers.Authorization, context.RequestAborted);
            if (answer.Name is null) return (null, Refusal(context, answer));
            caller = byLogin[answer.Name];
        }
        return (roles.Certificates.Count == 0 ? caller : WithCertificate(context, caller), null);
    }

    static Fault Refusal(HttpContext context, LoginAnswer answer)
    {
        var headers = context.Response.Headers;
        if (answer.IsBusy)
        {
            headers.RetryAfter = "1";
            return new(FaultKind.Busy, "too many logins are being checked; try again in a second");
        }
        headers.WWWAuthenticate = "Basic";
        return new(FaultKind.Unauthorized, "name or password is missing or wrong");
    }

    /// <summary>Whoever has a role as login and as owner of a certificate may only what both may.</summary>
    Caller WithCertificate(HttpContext context, Caller caller)
    {
        if (context.Connection.ClientCertificate is not { } certificate) return caller;
        if (!roles.Certificates.TryGetValue(DistinguishedName.Canonical(certificate.SubjectName), out var role)) return caller;
        return caller == Caller.Anybody ? new(certificate.Subject, role) : new(caller.Name, [.. caller.Roles, role]);
    }
}
