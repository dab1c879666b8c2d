using Pharos.Server.Config;

namespace Pharos.Server.Metrics.Api;

/// <summary>Where queries are to be written down.</summary>
/// <param name="File">Absolute path; null: they are not logged.</param>
sealed record QueryLogConfig(string? File) : ISettings<QueryLogConfig>
{
    public static QueryLogConfig Default { get; } = new((string?)null);
}
