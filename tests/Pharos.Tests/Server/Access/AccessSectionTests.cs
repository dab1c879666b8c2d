using Pharos.Server.Access;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Hosting.Ports;
using Pharos.Tests.Server.Config;

namespace Pharos.Tests.Server.Access;

/// <summary>The sections <c>access</c> and <c>listen</c> of pharos.yml.</summary>
public sealed class AccessSectionTests : IDisposable
{
    static readonly IReadOnlyList<NamedPort> Catalogue = [new("loki"), new("tempo", "/tempo")];

    readonly ConfigFolder folder = new();

    [Fact]
    public void Roles_are_read_by_login_and_by_subject()
    {
        var config = Read("access: {users: {grafana: viewer, ci: ingest}, certificates: {'CN=ci, O=Shop': operator}}", Verified).Config.Of<RolesConfig>();

        Assert.Equal((Role.Viewer, Role.Ingest), (config.Users["grafana"], config.Users["ci"]));
        Assert.Equal(Role.Operator, config.Certificates[DistinguishedName.Canonical("O=shop,CN=ci")!]);
        Assert.Empty(Read("", Verified).Config.Of<RolesConfig>().Users);
    }

    [Theory]
    [InlineData("access: {users: {grafna: viewer}}", "pharos.yml:1:18: access: users: web.yml has no login \"grafna\"; did you mean \"grafana\"?")]
    [InlineData("access: {users: {bob: viewer}}", "pharos.yml:1:18: access: users: web.yml has no login \"bob\"; write one of its logins (grafana, ci), or add it to basic_auth_users there")]
    [InlineData("access: {users: {ci: ingestr}}", "pharos.yml:1:22: access: users.ci: \"ingestr\" is no role; did you mean \"ingest\"?")]
    [InlineData("access: {users: {ci: [viewer]}}", "pharos.yml:1:22: access: users.ci: a list is no role; write one of viewer, operator, editor, admin, ingest")]
    [InlineData("access: {certificates: {ci: viewer}}", "pharos.yml:1:25: access: certificates: \"ci\" is no subject of a certificate; write one such as 'CN=ci, O=Shop'")]
    [InlineData("access: {certificates: {'CN=ci': viewer, 'CN = CI': admin}}", "pharos.yml:1:42: access: certificates: \"CN = CI\" is written twice; keep one")]
    [InlineData("access: {user: {ci: viewer}}", "pharos.yml:1:10: access: unknown key \"user\"; did you mean \"users\"?")]
    [InlineData("listen: {lokki: '127.0.0.1:3100'}", "pharos.yml:1:10: listen: there is no port \"lokki\"; did you mean \"loki\"?")]
    [InlineData("listen: {x: '127.0.0.1:3100'}", "pharos.yml:1:10: listen: there is no port \"x\"; write one of loki, tempo")]
    [InlineData("listen: {loki: 3100}", "pharos.yml:1:16: listen.loki: \"3100\" is no address to listen on; write host:port, such as 127.0.0.1:4318, or off")]
    [InlineData("listen: {loki: ':3100', tempo: ':3100'}", "pharos.yml:1:32: listen.tempo: :3100 is that of loki already; write another port")]
    public void What_cannot_be_is_told_with_its_place(string yaml, string told) => Assert.Equal([told], Read(yaml, Verified).Told);

    [Fact]
    public void Certificates_have_no_roles_where_nobody_verifies_them() =>
        Assert.Equal(
            ["pharos.yml:1:24: access.certificates: web.yml verifies no certificates of clients; write client_auth_type: RequireAndVerifyClientCert and client_ca_file there"],
            Read("access: {certificates: {'CN=ci': viewer}}", WebConfig.Default).Told);

    [Fact]
    public void Ports_are_read_by_their_names_and_off_is_none()
    {
        var ports = Read("listen: {loki: ':3100', tempo: off}", WebConfig.Default).Config.Of<ListenConfig>().Ports;

        Assert.Equal("loki :3100", string.Join(' ', ports.Select(port => $"{port.Port.Name} {port.Address}")));
    }

    [Fact]
    public void While_no_API_has_a_port_of_its_own_each_name_is_a_fault() =>
        Assert.Equal(["pharos.yml:1:10: listen: there is no port \"loki\"; no API has a port of its own yet; remove it"], Read("listen: {loki: ':3100'}", WebConfig.Default, NamedPorts.All).Told);

    public void Dispose() => folder.Dispose();

    static WebConfig Verified => WebConfig.Default with
    {
        Tls = new() { Key = Secret.Inline(""), ClientCertificates = ClientCertificateMode.RequireAndVerify },
        Users = new Dictionary<string, string>(StringComparer.Ordinal) { ["grafana"] = "x", ["ci"] = "x" },
    };

    (Configuration Config, string[] Told) Read(string yaml, WebConfig web, IReadOnlyList<NamedPort>? catalogue = null)
    {
        var source = folder.Source();
        var reading = new ConfigReading(source, [new RolesPart(), new ListenPart(catalogue ?? Catalogue)]);
        reading.Add(web);
        reading.Read(ConfigFile.Pharos, folder.Write("pharos.yml", yaml));
        return (reading.Configuration, folder.Shorten(source));
    }
}
