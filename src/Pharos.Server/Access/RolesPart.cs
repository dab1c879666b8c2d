using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Access;

/// <summary>Reads the section <c>access</c> of pharos.yml. The logins are those of web.yml.</summary>
sealed class RolesPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Pharos;

    public void Read(FileReading file)
    {
        if (file.Root.Section("access") is not { } section) return;
        var web = file.Of<WebConfig>();
        file.Add(new RolesConfig { Users = ReadUsers(section, web), Certificates = ReadCertificates(section, web) });
        section.Close();
    }

    static Dictionary<string, Role> ReadUsers(YamlSection section, WebConfig web)
    {
        var roles = new Dictionary<string, Role>(StringComparer.Ordinal);
        foreach (var entry in section.Entries("users"))
        {
            var name = entry.Key.Text;
            if (!web.Users.ContainsKey(name)) section.Error(entry.Key, $"users: web.yml has no login {entry.Key.Describe()}; {LoginMend(name, web)}");
            else if (ReadRole(section, "users", entry) is { } role) roles[name] = role;
        }
        return roles;
    }

    static Dictionary<string, Role> ReadCertificates(YamlSection section, WebConfig web)
    {
        var roles = new Dictionary<string, Role>(StringComparer.Ordinal);
        var entries = section.Entries("certificates");
        if (entries.Count > 0 && web.Tls?.ClientCertificates is not (ClientCertificateMode.VerifyIfGiven or ClientCertificateMode.RequireAndVerify))
        {
            section.Error("certificates", "web.yml verifies no certificates of clients; write client_auth_type: RequireAndVerifyClientCert and client_ca_file there");
        }
        else if (entries.Count > 0 && web.Tls?.ClientCertificates == ClientCertificateMode.VerifyIfGiven && web.Users.Count == 0)
        {
            section.Warn("certificates", "who shows no certificate is admin; write client_auth_type: RequireAndVerifyClientCert in web.yml");
        }
        foreach (var entry in entries)
        {
            if (DistinguishedName.Canonical(entry.Key.Text) is not { } subject) section.Error(entry.Key, $"certificates: {entry.Key.Describe()} is no subject of a certificate; write one such as 'CN=ci, O=Shop'");
            else if (ReadRole(section, "certificates", entry) is { } role && !roles.TryAdd(subject, role)) section.Error(entry.Key, $"certificates: {entry.Key.Describe()} is written twice; keep one");
        }
        return roles;
    }

    static Role? ReadRole(YamlSection section, string key, YamlEntry entry)
    {
        var written = (entry.Value as YamlScalar)?.Text ?? "";
        if (Roles.Find(written) is { } role) return role;
        section.Error(entry.Value, $"{key}.{entry.Key.Text}: {entry.Value.Describe()} is no role; {NearestKey.MeantOr(written, Roles.Words)}");
        return null;
    }

    static string LoginMend(string written, WebConfig web) =>
        web.Users.Count == 0 ? "add it to basic_auth_users there"
        : NearestKey.Meant(written, web.Users.Keys) ?? $"write one of its logins ({string.Join(", ", web.Users.Keys)}), or add it to basic_auth_users there";
}
