using Pharos.Server.HttpClients;


namespace Pharos.Server.Notifying.Jira;

/// <summary>An item of <c>jira_configs</c>. The token stands in <c>http_config</c>. Texts are templates.</summary>
sealed record JiraConfig : IntegrationConfig
{
    /// <summary>With the version of the API: <c>https://company.atlassian.net/rest/api/2/</c>.</summary>
    public required string ApiUrl { get; init; }

    public required HttpClientConfig Http { get; init; }

    /// <summary>Whether issues are searched for as Jira Cloud wants it: by <c>search/jql</c> of version 3, which Data Center does not have.</summary>
    public required bool IsCloud { get; init; }

    public string Project { get; init; } = "";

    public string IssueType { get; init; } = "";

    public JiraField Summary { get; init; } = new("", true);

    public JiraField Description { get; init; } = new("", true);

    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Whether labels are set anew when the issue is updated.</summary>
    public bool UpdateLabels { get; init; } = true;

    public string Priority { get; init; } = "";

    /// <summary>Name of the transition that closes an issue; empty: issues stay open.</summary>
    public string ResolveTransition { get; init; } = "";

    /// <summary>Name of the transition that opens a closed issue again; empty: a new issue is created.</summary>
    public string ReopenTransition { get; init; } = "";

    /// <summary>Issues with this resolution stay closed.</summary>
    public string WontFixResolution { get; init; } = "";

    /// <summary>Issues closed longer ago stay closed; zero: all do.</summary>
    public TimeSpan ReopenDuration { get; init; }

    /// <summary>Further fields of the issue: names with values as <see cref="TemplatedFields"/> keeps them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; } = [];

    public bool IsVersion3 => new Uri(ApiUrl).AbsolutePath.TrimEnd('/').EndsWith("/3", StringComparison.Ordinal);
}

/// <param name="IsUpdated">Whether it is set anew when the issue is updated.</param>
sealed record JiraField(string Template, bool IsUpdated);
