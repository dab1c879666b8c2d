namespace Pharos.Server.Store;

/// <summary>What the command line said of the store, checked. A flag wins over the file.</summary>
sealed record StorageOptions
{
    /// <summary>Absolute path of the folder that holds all data.</summary>
    public string DataFolder { get; init; } = Path.GetFullPath("data");

    /// <summary>Null: not given; the configuration or the default holds.</summary>
    public TimeSpan? RetentionTime { get; init; }

    /// <summary>Null: not given; 0: no bound.</summary>
    public long? RetentionSizeBytes { get; init; }

    /// <summary>Native memory of series above which no new ones are taken; 0: no bound.</summary>
    public long SeriesBytes { get; init; }
}
