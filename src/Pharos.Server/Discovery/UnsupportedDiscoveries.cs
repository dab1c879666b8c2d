using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;


namespace Pharos.Server.Discovery;

/// <summary>Discoveries that Prometheus has and this does not do yet: their keys are known and checked, so that a file is judged as Prometheus
/// would, and each is answered with a warning.</summary>
static class UnsupportedDiscoveries
{
    /// <summary>One kind. A key is written <c>name</c> or <c>name:type</c> with type d(uration), i(nteger), b(oolean), l(ist), m(apping), s(ecret), p(ort), t(ls).</summary>
    /// <param name="HasHttp">Whether the keys of an HTTP client stand beside its own.</param>
    sealed record Kind(string Key, bool HasHttp, string Keys, Action<YamlSection>? Check = null);

    static readonly Kind[] Kinds =
    [
        new("aws_sd_configs", true, "role region endpoint access_key secret_key:s profile role_arn external_id clusters:l request_concurrency:i refresh_interval:d port:p", section =>
        {
            OneOf(section, "role", "ec2", "lightsail", "ecs", "msk", "rds", "elasticache");
            Filters(section);
        }),
        new("azure_sd_configs", true, "environment port:p subscription_id tenant_id client_id client_secret:s refresh_interval:d authentication_method resource_group", CheckAzure),
        new("consul_sd_configs", true, "server path_prefix token:s datacenter namespace partition tag_separator scheme username password:s allow_stale:b refresh_interval:d services:l tags:l node_meta:m filter health_filter"),
        new("digitalocean_sd_configs", true, "port:p refresh_interval:d"),
        new("docker_sd_configs", true, "host port:p host_networking_host match_first_network:b refresh_interval:d", section =>
        {
            Required(section, "host");
            Filters(section);
        }),
        new("dockerswarm_sd_configs", true, "host role port:p refresh_interval:d", section =>
        {
            Required(section, "host");
            OneOf(section, "role", "services", "nodes", "tasks");
            Filters(section);
        }),
        new("ec2_sd_configs", true, "endpoint region access_key secret_key:s profile role_arn external_id refresh_interval:d port:p", Filters),
        new("eureka_sd_configs", true, "refresh_interval:d", section => RequiredUrl(section, "server")),
        new("gce_sd_configs", false, "project zone filter refresh_interval:d port:p tag_separator", section => Required(section, "project", "zone")),
        new("hetzner_sd_configs", true, "role label_selector refresh_interval:d port:p", section => OneOf(section, "role", "robot", "hcloud")),
        new("ionos_sd_configs", true, "datacenter_id refresh_interval:d port:p", section => Required(section, "datacenter_id")),
        new("kubernetes_sd_configs", true, "role api_server kubeconfig_file", KubernetesKeys.Check),
        new("kuma_sd_configs", true, "client_id refresh_interval:d fetch_timeout:d", section => RequiredUrl(section, "server")),
        new("lightsail_sd_configs", true, "endpoint region access_key secret_key:s profile role_arn external_id refresh_interval:d port:p"),
        new("linode_sd_configs", true, "region tag_separator refresh_interval:d port:p"),
        new("marathon_sd_configs", true, "servers:l refresh_interval:d auth_token:s auth_token_file", CheckMarathon),
        new("nerve_sd_configs", false, "servers:l paths:l timeout:d", CheckZooKeeper),
        new("nomad_sd_configs", true, "server namespace region tag_separator allow_stale:b refresh_interval:d", section => NotBlank(section, "server")),
        new("oci_sd_configs", true, "region tenancy user fingerprint key_file key_passphrase:s compartments:l authentication_method profile config_file refresh_interval:d port:p", CheckOci),
        new("openstack_sd_configs", false, "identity_endpoint username userid password:s project_name project_id domain_name domain_id application_credential_name application_credential_id application_credential_secret:s role region all_tenants:b availability refresh_interval:d port:p tls_config:t", section =>
        {
            Required(section, "region");
            OneOf(section, "role", "instance", "hypervisor", "loadbalancer");
            section.OneOf("availability", "public", "admin", "internal");
        }),
        new("outscale_sd_configs", true, "region access_key secret_key:s secret_key_file endpoint refresh_interval:d port:p", section =>
        {
            Required(section, "region", "access_key");
            OneSecret(section);
        }),
        new("ovhcloud_sd_configs", false, "endpoint application_key application_secret:s consumer_key:s service refresh_interval:d", section =>
        {
            Required(section, "application_key", "application_secret", "consumer_key");
            OneOf(section, "service", "dedicated_server", "vps");
        }),
        new("puppetdb_sd_configs", true, "query include_parameters:b refresh_interval:d port:p", section =>
        {
            RequiredUrl(section, "url");
            Required(section, "query");
        }),
        new("scaleway_sd_configs", true, "project_id api_url zone access_key secret_key:s secret_key_file name_filter tags_filter:l role refresh_interval:d port:p", section =>
        {
            Required(section, "project_id", "access_key");
            OneOf(section, "role", "instance", "baremetal");
            OneSecret(section);
        }),
        new("serverset_sd_configs", false, "servers:l paths:l timeout:d", CheckZooKeeper),
        new("stackit_sd_configs", true, "project region endpoint service_account_key:s service_account_key_path private_key:s private_key_path credentials_file_path refresh_interval:d port:p", section =>
        {
            Required(section, "project");
            if (section.Text("endpoint", "").Length > 0) section.Url("endpoint");
        }),
        new("triton_sd_configs", false, "account role dns_suffix endpoint groups:l version:i refresh_interval:d port:p tls_config:t", section =>
        {
            Required(section, "account", "dns_suffix", "endpoint");
            section.OneOf("role", "container", "cn");
        }),
        new("uyuni_sd_configs", true, "username password:s entitlement separator refresh_interval:d", section =>
        {
            RequiredUrl(section, "server");
            Required(section, "username", "password");
        }),
        new("vultr_sd_configs", true, "refresh_interval:d port:p"),
    ];

    /// <summary>The keys of all kinds, for suggestions.</summary>
    public static void Check(YamlSection parent)
    {
        foreach (var kind in Kinds)
        {
            var sections = parent.Sections(kind.Key, "section");
            if (sections.Count > 0) parent.Warn(kind.Key, "recognised, not supported yet: finds no targets");
            foreach (var section in sections)
            {
                ReadKeys(section, kind.Keys);
                if (kind.HasHttp) HttpClientReader.Read(section);
                if (!section.IsBroken) kind.Check?.Invoke(section);
                section.Close();
            }
        }
    }

    static void ReadKeys(YamlSection section, string keys)
    {
        foreach (var key in keys.Split(' '))
        {
            var (name, type) = key.Split(':') is [var plain, var letter] ? (plain, letter[0]) : (key, ' ');
            switch (type)
            {
                case 'd': section.Duration(name); break;
                case 'i': section.Integer(name, 0, int.MinValue, int.MaxValue); break;
                case 'p': section.Integer(name, 0, 0, 65535); break;
                case 'b': section.Bool(name); break;
                case 'l': section.Texts(name); break;
                case 'm': section.Pairs(name); break;
                case 't': HttpClientReader.ReadTls(section.Section(name)); break;
                default: section.Text(name); break;
            }
        }
    }

    static void Required(YamlSection section, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (section.Text(key, "").Length == 0) section.Error(key, "is missing; this discovery needs it");
        }
    }

    static void NotBlank(YamlSection section, string key)
    {
        if (section.Text(key) is { Length: 0 }) section.Error(key, "is empty; write an address, or remove the key");
    }

    static void RequiredUrl(YamlSection section, string key)
    {
        if (section.Text(key, "").Length == 0) section.Error(key, "is missing; write the address of the server");
        else section.Url(key);
    }

    static void OneOf(YamlSection section, string key, params IReadOnlyList<string> words)
    {
        if (section.Text(key, "").Length == 0) section.Error(key, $"is missing; write one of {string.Join(", ", words)}");
        else section.OneOf(key, words);
    }

    static void OneSecret(YamlSection section)
    {
        if (section.Has("secret_key") && section.Has("secret_key_file")) section.Error("secret_key_file", "secret_key and secret_key_file are both written; keep one");
        if (!section.Has("secret_key") && !section.Has("secret_key_file")) section.Error("secret_key", "is missing; write it, or secret_key_file");
    }

    static void Filters(YamlSection section)
    {
        foreach (var filter in section.Sections("filters", "filter"))
        {
            filter.Text("name");
            if (filter.Items("values").Count == 0) filter.Error("values", "is empty; write at least one value");
            filter.Texts("values");
            filter.Close();
        }
    }

    static void CheckAzure(YamlSection section)
    {
        section.OneOf("authentication_method", "OAuth", "ManagedIdentity", "SDK", "WorkloadIdentity");
        Required(section, "subscription_id");
        if (section.Text("authentication_method", "OAuth") == "OAuth") Required(section, "tenant_id", "client_id", "client_secret");
    }

    static void CheckOci(YamlSection section)
    {
        Required(section, "region");
        if (section.Items("compartments").Count == 0) section.Error("compartments", "is missing; write at least one compartment");
        if (!section.Has("authentication_method")) Required(section, "tenancy", "user", "fingerprint", "key_file");
    }

    static void CheckMarathon(YamlSection section)
    {
        if (section.Items("servers").Count == 0) section.Error("servers", "is missing; write at least one Marathon server");
        string[] logins = [.. new[] { "auth_token", "auth_token_file", "basic_auth", "bearer_token", "bearer_token_file", "authorization", "oauth2" }.Where(section.Has)];
        if (logins.Length > 1 && logins[0].StartsWith("auth_token", StringComparison.Ordinal)) section.Error(logins[1], $"{string.Join(" and ", logins)} are written; keep one of them");
    }

    static void CheckZooKeeper(YamlSection section)
    {
        if (section.Items("servers").Count == 0) section.Error("servers", "is missing; write at least one ZooKeeper server");
        if (section.Items("paths").Count == 0) section.Error("paths", "is missing; write at least one path");
        foreach (var path in section.Texts("paths"))
        {
            if (!path.StartsWith('/')) section.Error("paths", $"\"{path}\" does not begin with a slash; write \"/{path}\"");
        }
    }
}
