namespace Pharos.Storage.Series.Upkeep;

/// <summary>How much is kept and in what pieces. Replaced whole when a reload changes it.</summary>
/// <param name="RetentionTime">Zero: for ever.</param>
/// <param name="RetentionBytes">0: no limit.</param>
/// <param name="FloodLogBytes">Log since the last checkpoint at which the head is flushed out of turn.</param>
sealed record UpkeepSettings(string Folder, TimeSpan BlockSpan, TimeSpan RetentionTime, long RetentionBytes, long FloodLogBytes);
