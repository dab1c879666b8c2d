using Pharos.Server.Config.Yaml;


namespace Pharos.Server.Discovery;

/// <summary>Checks a <c>kubernetes_sd_configs</c> entry as Prometheus does, so that a file is judged right although the discovery is not there yet.</summary>
static class KubernetesKeys
{
    static readonly Dictionary<string, string[]> SelectorsByRole = new(StringComparer.Ordinal)
    {
        ["node"] = ["node"],
        ["pod"] = ["pod", "node"],
        ["service"] = ["service"],
        ["endpoints"] = ["pod", "service", "endpoints"],
        ["endpointslice"] = ["pod", "service", "endpointslice"],
        ["ingress"] = ["ingress"],
    };

    static readonly string[] HttpKeys =
    [
        "basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file", "tls_config", "proxy_url", "proxy_from_environment", "http_headers",
    ];

    public static void Check(YamlSection section)
    {
        var role = section.OneOf("role", [.. SelectorsByRole.Keys]);
        if (!section.Has("role")) section.Error("role", $"is missing; write one of {string.Join(", ", SelectorsByRole.Keys)}");
        var hasServer = section.Text("api_server", "").Length > 0;
        if (hasServer) section.Url("api_server");
        var hasFile = section.Text("kubeconfig_file", "").Length > 0;
        var httpKey = Array.Find(HttpKeys, section.Has);
        if (hasServer && hasFile) section.Error("kubeconfig_file", "api_server is written too; keep one of both");
        if (hasFile && httpKey is not null) section.Error(httpKey, "kubeconfig_file brings its own settings; keep one of both");
        if (!hasFile && !hasServer && httpKey is not null) section.Error(httpKey, "is written without api_server; write its address");
        CheckNamespaces(section.Section("namespaces"), hasServer || hasFile);
        if (section.Section("attach_metadata") is { } attach)
        {
            attach.Bool("node");
            attach.Bool("namespace");
            attach.Close();
        }
        CheckSelectors(section, role);
    }

    static void CheckNamespaces(YamlSection? section, bool isOutside)
    {
        if (section is null) return;
        section.Texts("names");
        if (section.Bool("own_namespace") && isOutside) section.Error("own_namespace", "there is none outside the cluster; remove it, or api_server and kubeconfig_file");
        section.Close();
    }

    static void CheckSelectors(YamlSection section, string? role)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var selector in section.Sections("selectors", "selector"))
        {
            var word = selector.OneOf("role", [.. SelectorsByRole.Keys]);
            if (!selector.Has("role")) selector.Error("role", "is missing; write what the selector selects");
            if (word is not null && !seen.Add(word)) selector.Error("role", $"\"{word}\" has a selector already; join them with a comma");
            if (role is not null && word is not null && !SelectorsByRole[role].Contains(word))
            {
                selector.Error("role", $"\"{word}\" cannot be selected by role {role}; write {string.Join(" or ", SelectorsByRole[role])}");
            }
            selector.Text("label");
            var field = selector.Text("field", "");
            if (field.Length > 0 && !field.Split(',').All(term => term.Contains('=', StringComparison.Ordinal)))
            {
                selector.Error("field", $"\"{field}\" is no selector; write one such as \"metadata.name=x\"");
            }
            selector.Close();
        }
    }
}
