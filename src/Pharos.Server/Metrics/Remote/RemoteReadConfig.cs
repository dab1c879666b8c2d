using Pharos.Model.Labels;
using Pharos.Server.HttpClients;

namespace Pharos.Server.Metrics.Remote;

/// <summary>One place queries also read from.</summary>
sealed record RemoteReadConfig
{
    public required Uri Url { get; init; }

    /// <summary>"" or distinct among all.</summary>
    public string Name { get; init; } = "";

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public bool ReadRecent { get; init; }

    /// <summary>Only queries with these equality matchers are asked there.</summary>
    public LabelSet RequiredMatchers { get; init; } = LabelSet.Empty;

    public bool FilterExternalLabels { get; init; } = true;

    public HttpClientConfig Http { get; init; } = HttpClientConfig.Default;
}
