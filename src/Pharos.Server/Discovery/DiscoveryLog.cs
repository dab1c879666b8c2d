namespace Pharos.Server.Discovery;

/// <summary>What discovery writes to the log, always with the job it is for.</summary>
sealed partial class DiscoveryLog(ILogger logger, string name)
{
    public void Failed(string place, string reason) => LookFailed(logger, name, place, reason);

    public void Broke(Exception fault, string place) => LookBroke(logger, fault, name, place);

    [LoggerMessage(LogLevel.Warning, "Discovery for {Name} in {Place} failed: {Reason}; what it found before still holds")]
    static partial void LookFailed(ILogger logger, string name, string place, string reason);

    [LoggerMessage(LogLevel.Error, "Discovery for {Name} by {Place} broke by a fault of Pharos; it begins anew")]
    static partial void LookBroke(ILogger logger, Exception fault, string name, string place);
}
