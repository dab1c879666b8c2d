using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Text;


namespace Pharos.Server.HttpClients;

/// <summary>Reads the keys of an HTTP client, which stand beside the keys of what uses it.</summary>
static class HttpClientReader
{
    /// <summary>Headers that the client sets itself.</summary>
    static readonly HashSet<string> ReservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Host", "Content-Encoding", "Content-Length", "Content-Type", "User-Agent", "Connection", "Keep-Alive", "Proxy-Authenticate",
        "Proxy-Authorization", "Www-Authenticate", "Accept-Encoding", "X-Prometheus-Remote-Write-Version", "X-Prometheus-Remote-Read-Version",
        "X-Prometheus-Scrape-Timeout-Seconds", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256",
    };

    public static HttpClientConfig Read(YamlSection section)
    {
        var authorization = section.Section("authorization");
        var bearer = section.SecretOrFile("bearer_token", "bearer_token_file");
        var config = new HttpClientConfig
        {
            BasicAuth = ReadBasicAuth(section.Section("basic_auth")),
            Authorization = ReadAuthorization(authorization) ?? (bearer is null ? null : new("Bearer", bearer)),
            OAuth2 = ReadOAuth2(section.Section("oauth2")),
            FollowRedirects = section.Bool("follow_redirects", true),
            EnableHttp2 = section.Bool("enable_http2", true),
            Tls = ReadTls(section.Section("tls_config")),
            Proxy = ReadProxy(section),
            Headers = ReadHeaders(section),
        };
        CheckOneLogin(section);
        return config;
    }

    static void CheckOneLogin(YamlSection section)
    {
        string[] written = [.. new[] { "basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file" }.Where(section.Has)];
        var isOnlyBearerTwice = written.All(key => key.StartsWith("bearer", StringComparison.Ordinal)); // Told by the secret already.
        if (written.Length > 1 && !isOnlyBearerTwice) section.Error(written[1], $"{string.Join(" and ", written)} are written; keep one of them");
    }

    static BasicAuthConfig? ReadBasicAuth(YamlSection? section)
    {
        if (section is null) return null;
        var username = section.Has("username") && section.Text("username") is { } name ? section.Secret("username") ?? Secret.Inline(name) : null;
        var usernameFile = section.SecretFile("username_file");
        if (username is not null && usernameFile is not null) section.Error("username_file", "username and username_file are both written; keep one");
        var password = section.SecretOrFile("password", "password_file");
        ReadReference(section, "username_ref");
        ReadReference(section, "password_ref");
        section.Close();
        return new(username ?? usernameFile, password);
    }

    /// <summary>References name a secret of a secret manager that Prometheus itself does not have either.</summary>
    static void ReadReference(YamlSection section, string key) => section.NotSupported(key);

    static AuthorizationConfig? ReadAuthorization(YamlSection? section)
    {
        if (section is null) return null;
        var type = section.Text("type", "").Trim();
        if (type.Equals("basic", StringComparison.OrdinalIgnoreCase)) section.Error("type", "\"basic\" needs a name and a password; write basic_auth instead of authorization");
        var credentials = section.SecretOrFile("credentials", "credentials_file");
        ReadReference(section, "credentials_ref");
        section.Close();
        return new(type.Length == 0 ? "Bearer" : type, credentials);
    }

    static OAuth2Config? ReadOAuth2(YamlSection? section)
    {
        if (section is null) return null;
        var isJwt = section.OneOf("grant_type", "client_credentials", OAuth2Config.JwtBearer) == OAuth2Config.JwtBearer;
        var config = new OAuth2Config
        {
            ClientId = section.Text("client_id", ""),
            ClientSecret = section.SecretOrFile("client_secret", "client_secret_file"),
            TokenUrl = section.ExpandedText("token_url") ?? "",
            Scopes = section.Texts("scopes"),
            EndpointParams = section.Pairs("endpoint_params"),
            Tls = ReadTls(section.Section("tls_config")),
            Proxy = ReadProxy(section),
            GrantType = section.Text("grant_type", ""),
            ClientCertificateKey = section.SecretOrFile("client_certificate_key", "client_certificate_key_file"),
            ClientCertificateKeyId = section.Text("client_certificate_key_id", ""),
            SignatureAlgorithm = section.OneOf("signature_algorithm", "RS256", "RS384", "RS512") ?? "",
            Issuer = section.Text("iss", ""),
            Audience = section.Text("audience", ""),
            Claims = section.Pairs("claims"),
        };
        ReadReference(section, "client_secret_ref");
        ReadReference(section, "client_certificate_key_ref");
        if (config.ClientId.Length == 0) section.Error("client_id", "is missing; write the id that the token server gave you");
        if (config.TokenUrl.Length == 0) section.Error("token_url", "is missing; write the address of the token server");
        if (isJwt && config.ClientCertificateKey is null) section.Error("client_certificate_key", "is missing; this grant_type signs its requests with it");
        section.Close();
        return config;
    }

    public static TlsConfig ReadTls(YamlSection? section)
    {
        if (section is null) return TlsConfig.Default;
        var config = new TlsConfig
        {
            Ca = section.Text("ca"),
            CaFile = section.FilePath("ca_file"),
            Cert = section.Text("cert"),
            CertFile = section.FilePath("cert_file"),
            Key = section.SecretOrFile("key", "key_file"),
            ServerName = section.Text("server_name"),
            InsecureSkipVerify = section.Bool("insecure_skip_verify"),
            MinVersion = ReadVersion(section, "min_version"),
            MaxVersion = ReadVersion(section, "max_version"),
        };
        foreach (var key in (string[])["ca_ref", "cert_ref", "key_ref"]) ReadReference(section, key);
        if (config is { Ca: not null, CaFile: not null }) section.Error("ca_file", "ca and ca_file are both written; keep one");
        if (config is { Cert: not null, CertFile: not null }) section.Error("cert_file", "cert and cert_file are both written; keep one");
        var hasCert = section.Has("cert") || section.Has("cert_file") || section.Has("cert_ref");
        var hasKey = section.Has("key") || section.Has("key_file") || section.Has("key_ref");
        if (hasCert && !hasKey) section.Error("a certificate is given without its key; write key_file (or key)");
        if (hasKey && !hasCert) section.Error("a key is given without its certificate; write cert_file (or cert)");
        if (config.MinVersion > config.MaxVersion) section.Error("max_version", "is below min_version; write the same version or a higher one");
        section.Close();
        return config;
    }

    static TlsVersion? ReadVersion(YamlSection section, string key) => section.OneOf(key, "TLS10", "TLS11", "TLS12", "TLS13") switch
    {
        "TLS10" => TlsVersion.Tls10,
        "TLS11" => TlsVersion.Tls11,
        "TLS12" => TlsVersion.Tls12,
        "TLS13" => TlsVersion.Tls13,
        _ => null,
    };

    static ProxyConfig ReadProxy(YamlSection section)
    {
        var text = section.ExpandedText("proxy_url");
        Uri? url = null;
        if (!string.IsNullOrEmpty(text) && !text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate($"http://{text}", UriKind.Absolute, out url))
        {
            section.Warn("proxy_url", $"\"{ShownAddress.Shown(text)}\" has no scheme and is taken for \"{url.Shown()}\"; write it so");
        }
        else if (!string.IsNullOrEmpty(text) && !Uri.TryCreate(text, UriKind.Absolute, out url))
        {
            section.Error("proxy_url", $"\"{ShownAddress.Shown(text)}\" is no address; write one such as \"http://proxy:3128\"");
        }
        if (url is not null && url.Scheme is not ("http" or "https" or "socks5" or "socks5h"))
        {
            // Go's client speaks HTTP to a proxy of any other scheme, so that such files work there.
            if (url.Host.Length == 0) section.Error("proxy_url", $"\"{ShownAddress.Shown(text!)}\" names no host; write one such as \"http://proxy:3128\"");
            else section.Warn("proxy_url", $"scheme \"{url.Scheme}\" is no proxy's and is taken for http; write http, https, socks5 or socks5h");
            url = url.Host.Length == 0 ? null : new UriBuilder(url) { Scheme = Uri.UriSchemeHttp }.Uri;
        }
        section.NotSupported("proxy_connect_header");
        var config = new ProxyConfig
        {
            Url = url,
            NoProxy = section.Text("no_proxy", ""),
            FromEnvironment = section.Bool("proxy_from_environment"),
            ConnectHeaders = ReadConnectHeaders(section),
        };
        if (config.FromEnvironment && url is not null) section.Error("proxy_url", "proxy_from_environment is on; keep one of both");
        if (config.FromEnvironment && config.NoProxy.Length > 0) section.Error("no_proxy", "proxy_from_environment is on and brings its own; keep one of both");
        if (!config.FromEnvironment && url is null && config.NoProxy.Length > 0) section.Error("no_proxy", "is written without a proxy_url; write one, or remove this");
        if (!config.FromEnvironment && url is null && config.ConnectHeaders.Count > 0) section.Error("proxy_connect_header", "is written without a proxy_url; write one, or remove this");
        return config;
    }

    static IReadOnlyList<KeyValuePair<string, IReadOnlyList<Secret>>> ReadConnectHeaders(YamlSection section) =>
        [.. section.Lists("proxy_connect_header").Select(header =>
            new KeyValuePair<string, IReadOnlyList<Secret>>(header.Key, [.. header.Value.Select(Secret.Inline)]))];

    static IReadOnlyList<HttpHeaderConfig> ReadHeaders(YamlSection section)
    {
        if (section.Section("http_headers") is not { } headers) return [];
        var read = new List<HttpHeaderConfig>();
        foreach (var name in section.Entries("http_headers").Select(entry => entry.Key.Text))
        {
            if (ReservedHeaders.Contains(name)) headers.Error(name, $"header \"{name}\" is set by Pharos itself; remove it");
            if (headers.Section(name) is not { } header) continue;
            var files = header.Texts("files").Select(file => Secret.FromFile(ConfigPaths.ResolveFile(header, "files", file))).ToList();
            read.Add(new(name, header.Texts("values"), [.. header.Texts("secrets").Select(Secret.Inline)], files));
            header.Close();
        }
        return read;
    }
}
