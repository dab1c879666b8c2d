using Pharos.Server.Alerting.Intervals;
using Pharos.Server.Config.Yaml;


namespace Pharos.Server.Heartbeats.Proofs;

/// <summary>When fire drills are held, and through what: the <c>drills</c> section of pharos.yml. Without it there are none.</summary>
sealed record DrillConfig
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Days from one drill to the next; at least one.</summary>
    public required int EveryDays { get; init; }

    /// <summary>Time of day, in minutes: people must know when to expect a call, and it must not be at night by accident.</summary>
    public required int AtMinute { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Empty: all receivers that a route leads to.</summary>
    public IReadOnlyList<string> Receivers { get; init; } = [];

    /// <summary>A receiver that was not proven for this long is a finding.</summary>
    public required TimeSpan ProvenWithin { get; init; }

    /// <param name="known">The receivers of alertmanager.yml; null: there is no such file, or it is broken.</param>
    public static DrillConfig? Read(YamlSection? section, IReadOnlyList<string>? known)
    {
        if (section is null) return null;
        var every = section.Duration("every");
        if (every is null && !section.Has("every")) section.Error("every is missing; write how often to hold a drill, such as 7d");
        if (every is { } span && (span < Day || span.Ticks % Day.Ticks != 0)) section.Error("every", "is no number of whole days; write one such as 1d or 7d");
        var receivers = section.Scalars("receivers");
        foreach (var name in receivers)
        {
            if (known?.Contains(name.Text, StringComparer.Ordinal) == false) section.Error(name, $"receivers: there is no receiver {name.Describe()}; there are: {string.Join(", ", known)}");
        }
        if (known is null) section.Warn("every", "does nothing without an alertmanager.yml, whose receivers would be tried");
        var config = new DrillConfig
        {
            EveryDays = Math.Max(1, (int)((every ?? Day).Ticks / Day.Ticks)),
            AtMinute = section.Has("at") ? TimeIntervalReader.Minute(section, "at") ?? 0 : 10 * 60,
            Zone = TimeIntervalReader.Zone(section, "time_zone") ?? TimeZoneInfo.Utc,
            Receivers = [.. receivers.Select(name => name.Text)],
            ProvenWithin = section.Duration("proven_within") ?? 2 * (every ?? Day),
        };
        section.Close();
        return config;
    }
}
