using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Text;

namespace Pharos.Server.HttpClients;

/// <summary>Prints the keys of an HTTP client, which stand beside the keys of what uses it.</summary>
static class HttpClientPrinter
{
    public static void Write(YamlWriter yaml, HttpClientConfig http)
    {
        if (http.BasicAuth is { } basic)
        {
            yaml.Mapping("basic_auth", () =>
            {
                if (basic.Username is { Path: { } file }) yaml.Value("username_file", file);
                else if (basic.Username is not null) yaml.Value("username", NameOf(basic.Username));
                yaml.Secret("password", basic.Password);
            });
        }
        if (http.Authorization is { } authorization)
        {
            yaml.Mapping("authorization", () =>
            {
                yaml.Value("type", authorization.Type);
                yaml.Secret("credentials", authorization.Credentials);
            });
        }
        if (http.OAuth2 is { } oauth) yaml.Mapping("oauth2", () => Write(yaml, oauth));
        Write(yaml, http.Tls);
        Write(yaml, http.Proxy);
        yaml.Value("follow_redirects", http.FollowRedirects);
        yaml.Value("enable_http2", http.EnableHttp2);
        if (http.Headers.Count == 0) return;
        yaml.Mapping("http_headers", () =>
        {
            foreach (var header in http.Headers) yaml.Mapping(header.Name, () => Write(yaml, header));
        });
    }

    static void Write(YamlWriter yaml, HttpHeaderConfig header)
    {
        yaml.Texts("values", header.Values);
        yaml.Texts("secrets", [.. header.Secrets.Select(_ => "<secret>")]);
        yaml.Texts("files", [.. header.Files.Select(file => file.Path!)]);
    }

    static void Write(YamlWriter yaml, OAuth2Config oauth)
    {
        yaml.Value("client_id", oauth.ClientId);
        yaml.Secret("client_secret", oauth.ClientSecret);
        yaml.Secret("client_certificate_key", oauth.ClientCertificateKey);
        yaml.Filled("client_certificate_key_id", oauth.ClientCertificateKeyId);
        yaml.Filled("signature_algorithm", oauth.SignatureAlgorithm);
        yaml.Filled("iss", oauth.Issuer);
        yaml.Filled("audience", oauth.Audience);
        yaml.Filled("grant_type", oauth.GrantType);
        yaml.Pairs("claims", oauth.Claims);
        yaml.Texts("scopes", oauth.Scopes);
        yaml.Value("token_url", ShownAddress.WithoutPassword(oauth.TokenUrl));
        yaml.Pairs("endpoint_params", oauth.EndpointParams);
        Write(yaml, oauth.Tls);
        Write(yaml, oauth.Proxy);
    }

    static void Write(YamlWriter yaml, TlsConfig tls)
    {
        if (tls == TlsConfig.Default) return;
        yaml.Mapping("tls_config", () =>
        {
            yaml.Value("ca", tls.Ca);
            yaml.Value("cert", tls.Cert);
            yaml.Value("ca_file", tls.CaFile);
            yaml.Value("cert_file", tls.CertFile);
            yaml.Secret("key", tls.Key);
            yaml.Value("server_name", tls.ServerName);
            yaml.Value("insecure_skip_verify", tls.InsecureSkipVerify);
            yaml.Value("min_version", tls.MinVersion?.ToString().ToUpperInvariant());
            yaml.Value("max_version", tls.MaxVersion?.ToString().ToUpperInvariant());
        });
    }

    static void Write(YamlWriter yaml, ProxyConfig proxy)
    {
        if (proxy.Url is not null) yaml.Value("proxy_url", ShownAddress.WithoutPassword(proxy.Url.OriginalString));
        yaml.Filled("no_proxy", proxy.NoProxy);
        if (proxy.FromEnvironment) yaml.Value("proxy_from_environment", true);
        if (proxy.ConnectHeaders.Count == 0) return;
        yaml.Lists("proxy_connect_header",
            [.. proxy.ConnectHeaders.Select(header => new KeyValuePair<string, IReadOnlyList<string>>(header.Key, [.. header.Value.Select(_ => "<secret>")]))]);
    }

    /// <summary>A user name is no secret, but it may not be to be had.</summary>
    static string NameOf(Secret username)
    {
        try
        {
            return username.Read();
        }
        catch (SecretUnavailableException)
        {
            return "<unset>";
        }
    }
}
