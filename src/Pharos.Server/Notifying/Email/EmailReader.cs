using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Email;

/// <summary>Reads an item of <c>email_configs</c>.</summary>
static class EmailReader
{
    const int ImplicitTlsPort = 465;

    public static EmailConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var smtp = global.Smtp;
        var to = section.ExpandedText("to") ?? "";
        if (to.Length == 0 && !section.IsBroken) section.Error("to is missing; write the address of the people to tell");
        var from = section.ExpandedText("from") ?? smtp.From ?? "";
        if (from.Length == 0 && !section.IsBroken) section.Error("from is missing, and global has no smtp_from; write one of them");
        var server = SmartHost.Read(section, "smarthost") ?? smtp.Smarthost;
        var isWritten = smtp.HasSmarthost || section.Text("smarthost") is { Length: > 0 };
        if (!isWritten && !section.IsBroken) section.Error("smarthost is missing, and global has no smtp_smarthost; write one such as \"mail.example.org:587\"");
        var (host, port) = server ?? new("", 0);
        var hasOwnTls = section.Has("tls_config");
        var ownTls = HttpClientReader.ReadTls(section.Section("tls_config"));
        var passwordFile = section.SecretFile("auth_password_file");
        if (passwordFile is not null && section.Has("auth_password")) section.Warn("auth_password_file", "auth_password is written, too; the file is used; keep one"); // Alertmanager takes both.
        var password = passwordFile ?? section.Secret("auth_password") ?? smtp.AuthPassword;
        var secret = section.SecretOrFile("auth_secret", "auth_secret_file") ?? smtp.AuthSecret;
        var threading = section.Section("threading");
        var config = new EmailConfig
        {
            SendResolved = section.Bool("send_resolved"),
            Unable = ReceiverReading.Unable(password, secret),
            To = to,
            From = from,
            Hello = section.Text("hello") is { Length: > 0 } hello ? hello : smtp.Hello,
            Host = host,
            Port = port,
            AuthUsername = section.ExpandedText("auth_username") is { Length: > 0 } user ? user : smtp.AuthUsername,
            AuthPassword = password,
            AuthSecret = secret,
            AuthIdentity = section.Text("auth_identity") is { Length: > 0 } identity ? identity : smtp.AuthIdentity,
            Headers = ReadHeaders(section, to, from),
            Html = section.Text("html", "{{ template \"email.default.html\" . }}"),
            Text = section.Text("text", ""),
            RequireTls = section.InheritedBool("require_tls", smtp.RequireTls),
            IsImplicitTls = section.InheritedBool("force_implicit_tls", smtp.ForceImplicitTls ?? port == ImplicitTlsPort),
            Tls = hasOwnTls ? ownTls : smtp.Tls,
            IsThreaded = threading?.Bool("enabled") ?? false,
            ThreadsByDay = threading is not null && threading.OneOf("thread_by_date", "daily", "none") != "none",
        };
        threading?.Close();
        section.Close();
        return config;
    }

    /// <summary>Own headers, and the three that every mail has where they are not among them.</summary>
    static IReadOnlyList<KeyValuePair<string, string>> ReadHeaders(YamlSection section, string to, string from)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in section.Pairs("headers"))
        {
            if (name.Any(c => c is <= ' ' or ':' or > '~')) section.Error("headers", $"\"{name}\" is no name of a header");
            else if (!headers.TryAdd(name, value)) section.Error("headers", $"\"{name}\" is written twice, in different case; keep one");
        }
        headers.TryAdd("Subject", "{{ template \"email.default.subject\" . }}");
        headers.TryAdd("To", to);
        headers.TryAdd("From", from);
        return [.. headers.Select(header => KeyValuePair.Create(UsualCase(header.Key), header.Value)).OrderBy(header => header.Key, StringComparer.Ordinal)];
    }

    static string UsualCase(string name) => string.Join('-', name.Split('-').Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));
}
