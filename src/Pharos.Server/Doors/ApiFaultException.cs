namespace Pharos.Server.Doors;

/// <summary>A request that cannot be answered as asked; becomes an answer in the form that its door has (<see cref="FaultFormat"/>).</summary>
sealed class ApiFaultException(FaultKind kind, string message) : Exception(message)
{
    public FaultKind Kind { get; } = kind;

    /// <summary>A parameter that cannot be read, in Prometheus' words.</summary>
    public static ApiFaultException Parameter(string name, string reason) => new(FaultKind.BadData, $"invalid parameter \"{name}\": {reason}");

    public static ApiFaultException BadData(string message) => new(FaultKind.BadData, message);

    public static ApiFaultException NotFound(string message) => new(FaultKind.NotFound, message);

    public static ApiFaultException Unavailable(string message) => new(FaultKind.Unavailable, message);
}
