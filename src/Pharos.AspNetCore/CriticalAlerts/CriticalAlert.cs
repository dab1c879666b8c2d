namespace Pharos.AspNetCore.CriticalAlerts;

/// <summary>One alert on its way to the destinations, without secrets.</summary>
/// <param name="HeldBack">How many like it were held back before.</param>
sealed record CriticalAlert(
    string Title, string Message, AlertSeverity Severity, IReadOnlyDictionary<string, string> Details, string Service, string Environment, DateTimeOffset RaisedAt, int HeldBack)
{
    /// <summary>The same for the same trouble, so that a destination makes one incident of it.</summary>
    public string Key => $"{Service}/{Environment}/{Title}/{SeverityName}";

    /// <summary>As all three destinations write it.</summary>
    public string SeverityName => Severity switch
    {
        AlertSeverity.Info => "info",
        AlertSeverity.Warning => "warning",
        AlertSeverity.Error => "error",
        _ => "critical",
    };
}
