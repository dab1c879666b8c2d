using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Pharos.Server.Access;
using Pharos.Server.Doors;

namespace Pharos.Tests.Server.Access;

public sealed class RolesTests
{
    static readonly Dictionary<string, string> Logins = new() { ["me"] = "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e", ["ci"] = "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e" };

    [Theory]
    [InlineData("Viewer", "Read")]
    [InlineData("Operator", "Read Operate")]
    [InlineData("Editor", "Read Operate Edit")]
    [InlineData("Admin", "Read Push Operate Edit Admin")]
    [InlineData("Ingest", "Push")]
    public void A_role_may_what_is_its_own_and_whatever_any_login_may(string role, string rights) =>
        Assert.Equal(
            $"Public OwnKey Login {rights}",
            string.Join(' ', Enum.GetValues<Right>().Where(right => Enum.Parse<Role>(role).May(right))));

    [Theory]
    [InlineData("CN=ci")]
    [InlineData("cn = CI")]
    public void A_certificate_has_its_role_however_its_subject_is_written(string written) => Assert.Equal(DistinguishedName.Canonical("CN=ci"), DistinguishedName.Canonical(written));

    [Fact]
    public void The_order_of_a_subjects_parts_and_its_spaces_tell_nothing_but_its_parts_do()
    {
        Assert.Equal(DistinguishedName.Canonical("CN=ci runner,O=Shop"), DistinguishedName.Canonical("O = Shop, CN = ci  runner"));
        Assert.NotEqual(DistinguishedName.Canonical("CN=ci,O=Shop"), DistinguishedName.Canonical("CN=Shop,O=ci"));
        Assert.Null(DistinguishedName.Canonical("ci"));
    }

    [Fact]
    public async Task A_login_without_a_role_is_admin_and_one_with_a_role_is_that()
    {
        using var callers = new Callers(Logins, new() { Users = new Dictionary<string, Role> { ["ci"] = Role.Ingest } });

        var (me, _) = await callers.FindAsync(Asking("me"));
        var (ci, _) = await callers.FindAsync(Asking("ci"));

        Assert.True(me!.May(Right.Admin));
        Assert.Equal((true, false), (ci!.May(Right.Push), ci.May(Right.Read)));
        Assert.Equal(("ci", true), (ci.Principal.Identity!.Name, ci.Principal.IsInRole("ingest")));
        Assert.Equal("\"ci\" has the role ingest, which lacks the right \"read\"; the roles that have it: viewer, operator, editor, admin", ci.Refusal(Right.Read).Message);
    }

    [Fact]
    public async Task Who_has_a_role_as_login_and_by_certificate_may_what_both_may()
    {
        using var callers = new Callers(Logins, new()
        {
            Users = new Dictionary<string, Role> { ["ci"] = Role.Operator },
            Certificates = new Dictionary<string, Role> { [DistinguishedName.Canonical("CN=box")!] = Role.Viewer },
        });

        var (both, _) = await callers.FindAsync(Asking("ci", "CN=box"));
        var (other, _) = await callers.FindAsync(Asking("ci", "CN=another"));

        Assert.Equal((true, false), (both!.May(Right.Read), both.May(Right.Operate)));
        Assert.True(other!.May(Right.Operate));
    }

    [Fact]
    public async Task Without_logins_the_certificate_alone_tells_and_who_shows_none_is_admin()
    {
        using var callers = new Callers(new Dictionary<string, string>(), new() { Certificates = new Dictionary<string, Role> { [DistinguishedName.Canonical("CN=box")!] = Role.Ingest } });

        var (box, _) = await callers.FindAsync(Asking(null, "CN=box"));
        var (nobody, _) = await callers.FindAsync(Asking(null));

        Assert.Equal((true, false), (box!.May(Right.Push), box.May(Right.Read)));
        Assert.True(nobody!.May(Right.Admin));
    }

    static DefaultHttpContext Asking(string? login, string? subject = null)
    {
        var context = new DefaultHttpContext();
        if (login is not null) context.Request.Headers.Authorization = $"Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{login}:correct horse"))}";
        if (subject is not null) context.Connection.ClientCertificate = Certificate(subject);
        return context;
    }

    static X509Certificate2 Certificate(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
