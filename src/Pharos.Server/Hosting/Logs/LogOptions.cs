namespace Pharos.Server.Hosting.Logs;

/// <summary>How messages are shown.</summary>
/// <param name="IsJson">When not on a terminal: JSON instead of logfmt.</param>
sealed record LogOptions(LogLevel Level, bool IsJson)
{
    public static readonly LogOptions Default = new(LogLevel.Information, IsJson: false);
}
