using Pharos.Server.Config.Yaml;


namespace Pharos.Server.Notifying.Jira;

/// <summary>Reads an item of <c>jira_configs</c>.</summary>
static class JiraReader
{
    public static JiraConfig Read(YamlSection section, GlobalReceiverConfig global)
    {
        var url = ReceiverReading.Url(section, "api_url")?.ToString() ?? global.JiraApiUrl;
        if (url is null && !section.IsBroken) section.Error("api_url is missing, and global has no jira_api_url; write one such as \"https://company.atlassian.net/rest/api/2/\"");
        var http = ReceiverReading.Http(section, global);
        var (labels, updateLabels) = ReadLabels(section);
        var type = section.OneOf("api_type", "auto", "cloud", "datacenter") ?? "auto";
        var config = new JiraConfig
        {
            SendResolved = section.Bool("send_resolved", true),
            Unable = ReceiverReading.Unable(http.Authorization?.Credentials, http.BasicAuth?.Username, http.BasicAuth?.Password),
            ApiUrl = url ?? "http://localhost/",
            Http = http,
            IsCloud = type == "cloud" || (type == "auto" && url is not null && new Uri(url).Host.EndsWith("atlassian.net", StringComparison.Ordinal)),
            Project = Needed(section, "project", "write the key of the project in which issues are created"),
            IssueType = Needed(section, "issue_type", "write the type of the issues, such as Bug"),
            Summary = ReadField(section, "summary"),
            Description = ReadField(section, "description"),
            Labels = labels,
            UpdateLabels = updateLabels,
            Priority = section.Text("priority", "{{ template \"jira.default.priority\" . }}"),
            ResolveTransition = section.Text("resolve_transition", ""),
            ReopenTransition = section.Text("reopen_transition", ""),
            WontFixResolution = section.Text("wont_fix_resolution", ""),
            ReopenDuration = section.Duration("reopen_duration", TimeSpan.Zero),
            Fields = TemplatedFields.Read(section, "fields"),
        };
        section.Close();
        return config;
    }

    static string Needed(YamlSection section, string key, string mend)
    {
        var text = section.Text(key, "");
        if (text.Length == 0 && !section.IsBroken) section.Error($"{key} is missing; {mend}");
        return text;
    }

    /// <summary>A template, or <c>{template: ..., enable_update: false}</c>.</summary>
    static JiraField ReadField(YamlSection section, string key)
    {
        var otherwise = $"{{{{ template \"jira.default.{key}\" . }}}}";
        if (section.Find(key) is not YamlMapping) return new(section.Text(key, otherwise), IsUpdated: true);
        var parts = section.Section(key)!;
        var field = new JiraField(parts.Text("template", otherwise), parts.Bool("enable_update", true));
        parts.Close();
        return field;
    }

    /// <summary>A list, or <c>{values: [...], enable_update: false}</c>.</summary>
    static (IReadOnlyList<string> Labels, bool IsUpdated) ReadLabels(YamlSection section)
    {
        if (section.Find("labels") is not YamlMapping) return (section.Texts("labels"), true);
        var parts = section.Section("labels")!;
        var labels = (parts.Texts("values"), parts.Bool("enable_update", true));
        parts.Close();
        return labels;
    }
}
