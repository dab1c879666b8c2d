using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Ledger;

/// <summary>How much of the ledger is kept: the <c>ledger</c> section of pharos.yml.</summary>
/// <param name="SizeBytes">Of the whole database of alerting; the oldest rows of the ledger go first.</param>
sealed record LedgerConfig(TimeSpan Retention, long SizeBytes) : ISettings<LedgerConfig>
{
    /// <summary>Less would leave no room for alerts and silences, which are never removed for it.</summary>
    const long SmallestBytes = 1 << 20;

    public static LedgerConfig Default { get; } = new(TimeSpan.FromDays(90), 512L << 20);

    public static LedgerConfig Read(YamlSection? section)
    {
        if (section is null) return Default;
        var retention = section.Duration("retention", Default.Retention);
        if (retention <= TimeSpan.Zero) section.Error("retention", "is no time; write one such as 90d");
        var size = section.SizeBytes("size") ?? Default.SizeBytes;
        if (size < SmallestBytes) section.Error("size", "is too small; write 1MB or more");
        section.Close();
        return new(retention, size);
    }
}
