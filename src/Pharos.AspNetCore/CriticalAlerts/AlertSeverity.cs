namespace Pharos.AspNetCore.CriticalAlerts;

/// <summary>How bad it is.</summary>
public enum AlertSeverity
{
    /// <summary>Good to know. Green.</summary>
    Info,

    /// <summary>Will need somebody. Orange.</summary>
    Warning,

    /// <summary>Something failed. Red.</summary>
    Error,

    /// <summary>Users are hit. Red.</summary>
    Critical,
}
