using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Health;

/// <summary>How the service tells whether it is well.</summary>
public sealed class HealthOptions
{
    /// <summary>Whether the endpoints below <see cref="Path"/> are mapped.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>What the paths of the probes begin with: <c>/health/live</c>, <c>/health/ready</c>, <c>/health/startup</c>.</summary>
    public string Path { get; set; } = "/health";

    /// <summary>Time after which a check counts as failed, for checks that have none of their own.</summary>
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a result is answered again without asking anew: whoever may call the endpoint cannot make it hammer the database.</summary>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether answers hold the messages of exceptions, which may name hosts and users. Default: in Development only.</summary>
    public bool ShowsErrors { get; set; }

    internal void Read(SettingsSection section, bool isDevelopment)
    {
        IsEnabled = section.Flag(nameof(IsEnabled), IsEnabled);
        Path = section.Path(nameof(Path), Path);
        CheckTimeout = section.Duration(nameof(CheckTimeout), CheckTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
        CacheFor = section.Duration(nameof(CacheFor), CacheFor, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        ShowsErrors = section.Flag(nameof(ShowsErrors), isDevelopment);
    }
}
