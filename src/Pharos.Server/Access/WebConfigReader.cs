using System.Net.Security;
using System.Security.Cryptography;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Access;

/// <summary>Reads web.yml (<c>--web.config.file</c>), the format of Prometheus' exporter toolkit. Certificates are read at once, so that a fault shows here.</summary>
static class WebConfigReader
{
    static readonly string[] KnownHeaders =
    [
        "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "X-XSS-Protection", "Strict-Transport-Security", "Cross-Origin-Opener-Policy",
        "Cross-Origin-Embedder-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy", "Permissions-Policy", "Access-Control-Allow-Origin", "Cache-Control",
    ];

    public static WebConfig Read(YamlSection root)
    {
        var http = root.Section("http_server_config");
        var config = new WebConfig
        {
            Tls = ReadTls(root.Section("tls_server_config")),
            EnableHttp2 = http?.Bool("http2", true) ?? true,
            Headers = http is null ? [] : ReadHeaders(http),
            Users = ReadUsers(root),
        };
        root.NotSupported("rate_limit");
        http?.Close();
        return config;
    }

    static IReadOnlyList<KeyValuePair<string, string>> ReadHeaders(YamlSection http)
    {
        var headers = http.Pairs("headers");
        foreach (var (name, value) in headers)
        {
            if (!KnownHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) http.Error("headers", $"\"{name}\" cannot be set here; known: {string.Join(", ", KnownHeaders)}");
            if (value.AsSpan().IndexOfAny('\r', '\n') >= 0) http.Error("headers", $"the value of \"{name}\" has a line break; write it in one line");
        }
        return headers;
    }

    static Dictionary<string, string> ReadUsers(YamlSection root)
    {
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, hash) in root.Pairs("basic_auth_users"))
        {
            if (PasswordHash.FaultOf(hash) is { } fault) root.Error("basic_auth_users", $"the password of \"{name}\" {fault}");
            users[name] = hash;
        }
        return users;
    }

    static ServerTlsConfig? ReadTls(YamlSection? section)
    {
        if (section is null) return null;
        var key = section.SecretOrFile("key", "key_file");
        var config = new ServerTlsConfig
        {
            Cert = section.Text("cert"),
            CertFile = section.FilePath("cert_file"),
            Key = key ?? Secret.Inline(""),
            ClientCertificates = ReadMode(section),
            ClientCa = section.Text("client_ca"),
            ClientCaFile = section.FilePath("client_ca_file"),
            ClientAllowedSans = section.Texts("client_allowed_sans"),
            MinVersion = ReadVersion(section, "min_version", TlsVersion.Tls12),
            MaxVersion = ReadVersion(section, "max_version", TlsVersion.Tls13),
            CipherSuites = ReadSuites(section),
        };
        section.DoesNothing("curve_preferences", "the runtime chooses the curves");
        section.Texts("curve_preferences");
        section.Bool("prefer_server_cipher_suites", true);
        if (config.MinVersion > config.MaxVersion) section.Error("max_version", "is below min_version; write the same version or a higher one");
        if (config is { Cert: not null, CertFile: not null }) section.Error("cert_file", "cert and cert_file are both written; keep one");
        CheckFiles(section, config, hasKey: key is not null);
        section.Close();
        return config;
    }

    static void CheckFiles(YamlSection section, ServerTlsConfig config, bool hasKey)
    {
        if (config.Cert is null && config.CertFile is null) section.Error("cert_file", "is missing; write the file of the server's certificate");
        if (!hasKey) section.Error("key_file", "is missing; write the file of the certificate's key");
        var needsCa = config.ClientCertificates is ClientCertificateMode.VerifyIfGiven or ClientCertificateMode.RequireAndVerify;
        var hasCa = config.ClientCa is not null || config.ClientCaFile is not null;
        if (needsCa && !hasCa) section.Error("client_ca_file", "is missing; client certificates are verified with it");
        if (hasCa && config.ClientCertificates == ClientCertificateMode.None) section.Error("client_ca_file", "is written, but client_auth_type asks for no certificate; write RequireAndVerifyClientCert there");
        if (section.Source.HasErrors) return;
        Try(section, "cert_file", () => ServerCertificate.Load(config).Dispose());
        if (hasCa) Try(section, "client_ca_file", () => ServerCertificate.LoadClientAuthorities(config));
    }

    static void Try(YamlSection section, string key, Action load)
    {
        try
        {
            load();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or SecretUnavailableException)
        {
            section.Error(key, $"cannot be used: {error.Message}");
        }
    }

    static ClientCertificateMode ReadMode(YamlSection section) =>
        section.OneOf("client_auth_type", "NoClientCert", "RequestClientCert", "RequireClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert", "") switch
        {
            "RequestClientCert" => ClientCertificateMode.Request,
            "RequireClientCert" or "RequireAnyClientCert" => ClientCertificateMode.RequireAny,
            "VerifyClientCertIfGiven" => ClientCertificateMode.VerifyIfGiven,
            "RequireAndVerifyClientCert" => ClientCertificateMode.RequireAndVerify,
            _ => ClientCertificateMode.None,
        };

    static TlsVersion ReadVersion(YamlSection section, string key, TlsVersion otherwise) => section.OneOf(key, "TLS10", "TLS11", "TLS12", "TLS13") switch
    {
        "TLS10" => TlsVersion.Tls10,
        "TLS11" => TlsVersion.Tls11,
        "TLS12" => TlsVersion.Tls12,
        "TLS13" => TlsVersion.Tls13,
        _ => otherwise,
    };

    static IReadOnlyList<string> ReadSuites(YamlSection section)
    {
        var suites = section.Texts("cipher_suites");
        foreach (var suite in suites)
        {
            if (!Enum.TryParse<TlsCipherSuite>(suite, out _)) section.Error("cipher_suites", $"\"{suite}\" is not known; write names such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        }
        return suites;
    }
}
