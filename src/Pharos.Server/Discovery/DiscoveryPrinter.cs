using Pharos.Server.Config.Yaml;
using Pharos.Server.HttpClients;
using Pharos.Server.Text;

namespace Pharos.Server.Discovery;

/// <summary>Prints where targets are found, and how their labels are rewritten.</summary>
static class DiscoveryPrinter
{
    public static void Write(YamlWriter yaml, DiscoveryConfig discovery)
    {
        yaml.List("dns_sd_configs", discovery.Dns, dns =>
        {
            yaml.Texts("names", dns.Names);
            yaml.Value("refresh_interval", dns.RefreshInterval);
            yaml.Value("type", dns.Kind.ToString().ToUpperInvariant());
            yaml.Value("port", dns.Port);
        });
        yaml.List("file_sd_configs", discovery.Files, file =>
        {
            yaml.Texts("files", file.Files);
            yaml.Value("refresh_interval", file.RefreshInterval);
        });
        yaml.List("http_sd_configs", discovery.Http, http =>
        {
            HttpClientPrinter.Write(yaml, http.Http);
            yaml.Value("refresh_interval", http.RefreshInterval);
            yaml.Value("url", ShownAddress.WithoutPassword(http.Url.OriginalString));
        });
        yaml.List("static_configs", discovery.Static, group =>
        {
            yaml.Texts("targets", group.Targets);
            yaml.Labels("labels", group.Labels);
        });
    }

    public static void Write(YamlWriter yaml, string key, IReadOnlyList<RelabelConfig> rules) => yaml.List(key, rules, rule =>
    {
        yaml.Texts("source_labels", rule.SourceLabels);
        yaml.Value("separator", rule.Separator);
        yaml.Value("regex", rule.Regex.Pattern);
        if (rule.Modulus > 0) yaml.Value("modulus", rule.Modulus);
        yaml.Filled("target_label", rule.TargetLabel);
        yaml.Value("replacement", rule.Replacement);
        yaml.Value("action", rule.Action.Word());
    });
}
