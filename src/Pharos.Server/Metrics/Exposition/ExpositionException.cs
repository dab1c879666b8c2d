using System.Globalization;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>An exposition that cannot be read. Line and column are 1-based, the column in bytes.</summary>
sealed class ExpositionException(int line, int column, string message)
    : Exception(line == 0 ? message : string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column}: {message}"))
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>The message without its place.</summary>
    public string Reason { get; } = message;
}
