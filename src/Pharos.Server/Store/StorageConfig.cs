using Pharos.Server.Config;

namespace Pharos.Server.Store;

/// <summary>The <c>storage</c> section. What is null follows the command line's flag, else the product's default.</summary>
sealed record StorageConfig : ISettings<StorageConfig>
{
    public static StorageConfig Default { get; } = new();

    /// <summary>How far behind the newest sample of the store a sample may lie and still be stored.</summary>
    public TimeSpan? OutOfOrderTimeWindow { get; init; }

    public TimeSpan? RetentionTime { get; init; }

    /// <summary>0 means no bound.</summary>
    public long? RetentionSizeBytes { get; init; }

    /// <summary>Share of the disk in percent, 0 to 100; 0 means no bound.</summary>
    public double? RetentionPercentage { get; init; }

    /// <summary>Exemplars kept in memory; null: the default.</summary>
    public int? MaxExemplars { get; init; }
}
