namespace Pharos.AspNetCore.Logs;

/// <summary>Who writes the log to standard output, and how.</summary>
public enum LogFormat
{
    /// <summary>JSON, but in Development what the host has set up, which is easier on the eye.</summary>
    Auto,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>What the host has set up stays as it is.</summary>
    Host,
}
