using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Database;

/// <summary>What is measured of databases.</summary>
public sealed class DatabaseOptions
{
    /// <summary>Statements that took at least this long are logged. Zero logs none.</summary>
    public TimeSpan SlowQuery { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most slow statements that are logged a minute; further ones are counted with the next line.</summary>
    public int MaxSlowQueriesPerMinute { get; set; } = 60;

    /// <summary>Most characters of a statement in logs and spans, 20 to 10 000.</summary>
    public int MaxStatementLength { get; set; } = 500;

    /// <summary>Whether Npgsql's own source and meter are heard: every query of it is measured then, also those of EF Core, and none needs to be wrapped.</summary>
    public bool ListensToNpgsql { get; set; } = true;

    internal void Read(SettingsSection section)
    {
        SlowQuery = section.Duration(nameof(SlowQuery), SlowQuery, TimeSpan.Zero, TimeSpan.FromDays(1));
        MaxSlowQueriesPerMinute = section.Number(nameof(MaxSlowQueriesPerMinute), MaxSlowQueriesPerMinute, 0, 100_000);
        MaxStatementLength = section.Number(nameof(MaxStatementLength), MaxStatementLength, 20, 10_000);
        ListensToNpgsql = section.Flag(nameof(ListensToNpgsql), ListensToNpgsql);
    }
}
