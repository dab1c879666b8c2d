using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Metrics.Requests;

/// <summary>How requests are counted and timed.</summary>
public sealed class RequestMetricsOptions
{
    /// <summary>Whether requests are measured.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Names and labels.</summary>
    public RequestNaming Naming { get; set; }

    /// <summary>What the names begin with, of <see cref="RequestNaming.Pharos"/>: <c>http_</c>, <c>api_</c>, or nothing.</summary>
    public string Prefix { get; set; } = "http_";

    /// <summary>The name of requests being answered now, after the prefix, of <see cref="RequestNaming.Pharos"/>.</summary>
    public string ActiveName { get; set; } = "requests_active";

    internal void Read(SettingsSection section)
    {
        IsEnabled = section.Flag(nameof(IsEnabled), IsEnabled);
        Naming = section.Choice(nameof(Naming), Naming);
        Prefix = section.Text(nameof(Prefix), Prefix);
        ActiveName = section.Text(nameof(ActiveName), ActiveName);
    }
}
