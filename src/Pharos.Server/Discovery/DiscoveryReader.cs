using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Discovery;

/// <summary>Reads the <c>*_sd_configs</c> and <c>static_configs</c> of a job or of an alertmanager section.</summary>
static class DiscoveryReader
{
    public static DiscoveryConfig Read(YamlSection section, NameValidation scheme)
    {
        var config = new DiscoveryConfig
        {
            Static = [.. section.Sections("static_configs", "target group").Select(group => ReadStatic(group, scheme))],
            Files = [.. section.Sections("file_sd_configs", "section").Select(ReadFile)],
            Http = [.. section.Sections("http_sd_configs", "section").Select(ReadHttp).OfType<HttpSdConfig>()],
            Dns = [.. section.Sections("dns_sd_configs", "section").Select(ReadDns)],
        };
        UnsupportedDiscoveries.Check(section);
        return config;
    }

    public static StaticSdConfig ReadStatic(YamlSection group, NameValidation scheme)
    {
        var targets = group.Scalars("targets");
        for (var i = 0; i < targets.Count; i++)
        {
            if (targets[i].Text.Contains('/', StringComparison.Ordinal))
            {
                group.ErrorAt(targets[i].Line, targets[i].Column, $"targets[{i}]",
                    $"{targets[i].Describe()} is no host:port; write it without scheme and path (scheme and metrics_path are keys of the job)");
            }
        }
        var config = new StaticSdConfig([.. targets.Select(target => target.Text)], group.Labels("labels", scheme));
        group.Close();
        return config;
    }

    static FileSdConfig ReadFile(YamlSection section)
    {
        var files = new List<string>();
        foreach (var pattern in section.Scalars("files"))
        {
            if (!IsFilePattern(pattern.Text))
            {
                section.ErrorAt(pattern.Line, pattern.Column, "files", $"{pattern.Describe()} cannot be watched; write a path that ends in .json, .yml or .yaml, with at most one * in its last part");
            }
            else
            {
                files.Add(ConfigPaths.ResolvePattern(section, "files", pattern.Text));
            }
        }
        if (section.Items("files").Count == 0) section.Error("files", "is missing; write at least one path");
        var config = new FileSdConfig { Files = files, RefreshInterval = section.Duration("refresh_interval", TimeSpan.FromMinutes(5)) };
        section.Close();
        return config;
    }

    static bool IsFilePattern(string pattern)
    {
        var hasKnownEnd = pattern.EndsWith(".json", StringComparison.Ordinal) || pattern.EndsWith(".yml", StringComparison.Ordinal) || pattern.EndsWith(".yaml", StringComparison.Ordinal)
            || pattern.EndsWith(".JSON", StringComparison.Ordinal) || pattern.EndsWith(".YML", StringComparison.Ordinal) || pattern.EndsWith(".YAML", StringComparison.Ordinal);
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return hasKnownEnd && (star < 0 || pattern.LastIndexOf('*') == star && pattern.IndexOf('/', star) < 0);
    }

    static HttpSdConfig? ReadHttp(YamlSection section)
    {
        var url = section.Url("url");
        if (!section.Has("url")) section.Error("url", "is missing; write the address that answers with target groups");
        var http = HttpClientReader.Read(section);
        var interval = section.Duration("refresh_interval", TimeSpan.FromMinutes(1));
        section.Close();
        return url is null ? null : new() { Url = url, RefreshInterval = interval, Http = http };
    }

    static DnsSdConfig ReadDns(YamlSection section)
    {
        var kind = section.Text("type")?.ToUpperInvariant() switch
        {
            null or "SRV" => DnsRecordKind.Srv,
            "A" => DnsRecordKind.A,
            "AAAA" => DnsRecordKind.Aaaa,
            "MX" => DnsRecordKind.Mx,
            "NS" => DnsRecordKind.Ns,
            _ => (DnsRecordKind?)null,
        };
        if (kind is null) section.OneOf("type", "SRV", "A", "AAAA", "MX", "NS");
        var config = new DnsSdConfig
        {
            Names = section.Texts("names"),
            Kind = kind ?? DnsRecordKind.Srv,
            Port = (int)section.Integer("port", 0, 0, 65535),
            RefreshInterval = section.Duration("refresh_interval", TimeSpan.FromSeconds(30)),
        };
        if (config.Names.Count == 0) section.Error("names", "is missing; write at least one name to look up");
        if (kind is not (null or DnsRecordKind.Srv) && config.Port == 0) section.Error("port", "is missing; only SRV records bring a port of their own");
        section.Close();
        return config;
    }
}
