namespace Pharos.Server.Doors;

/// <summary>Kinds of error of Prometheus' API; each has its word and its HTTP status.</summary>
enum FaultKind : byte
{
    BadData,
    Execution,
    Canceled,
    Timeout,
    NotFound,
    Unavailable,

    /// <summary>Something cannot be kept now, as on a full disk.</summary>
    DiskRefuses,
    Internal,
}

/// <summary>A request that cannot be answered as asked; becomes <c>{"status":"error","errorType":…,"error":…}</c>.</summary>
sealed class ApiFaultException(FaultKind kind, string message) : Exception(message)
{
    public FaultKind Kind { get; } = kind;

    /// <summary>A parameter that cannot be read, in Prometheus' words.</summary>
    public static ApiFaultException Parameter(string name, string reason) => new(FaultKind.BadData, $"invalid parameter \"{name}\": {reason}");

    public static ApiFaultException BadData(string message) => new(FaultKind.BadData, message);

    public static ApiFaultException NotFound(string message) => new(FaultKind.NotFound, message);

    public static ApiFaultException Unavailable(string message) => new(FaultKind.Unavailable, message);
}

static class FaultKinds
{
    public static string Word(this FaultKind kind) => kind switch
    {
        FaultKind.BadData => "bad_data",
        FaultKind.Execution => "execution",
        FaultKind.Canceled => "canceled",
        FaultKind.Timeout => "timeout",
        FaultKind.NotFound => "not_found",
        FaultKind.Unavailable or FaultKind.DiskRefuses => "unavailable",
        _ => "internal",
    };

    /// <remarks>"unavailable" is 500 like all that is not named here: so Prometheus answers, and its clients expect.</remarks>
    public static int Status(this FaultKind kind) => kind switch
    {
        FaultKind.BadData => StatusCodes.Status400BadRequest,
        FaultKind.Execution => StatusCodes.Status422UnprocessableEntity,
        FaultKind.Canceled => StatusCodes.Status499ClientClosedRequest,
        FaultKind.Timeout or FaultKind.DiskRefuses => StatusCodes.Status503ServiceUnavailable,
        FaultKind.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status500InternalServerError,
    };
}
