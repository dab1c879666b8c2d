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

    /// <summary>Too much of it is done at once; the same request may pass later.</summary>
    Busy,

    /// <summary>Well formed, and yet no value of its kind.</summary>
    Unprocessable,
    TooLarge,

    /// <summary>A body of a kind that the door does not take.</summary>
    UnsupportedKind,
    Unauthorized,
    Forbidden,
    Internal,
}

static class FaultKinds
{
    public static string Word(this FaultKind kind) => kind switch
    {
        FaultKind.BadData or FaultKind.Unprocessable or FaultKind.TooLarge or FaultKind.UnsupportedKind => "bad_data",
        FaultKind.Execution => "execution",
        FaultKind.Canceled => "canceled",
        FaultKind.Timeout => "timeout",
        FaultKind.NotFound => "not_found",
        FaultKind.Unavailable or FaultKind.DiskRefuses or FaultKind.Busy => "unavailable",
        FaultKind.Unauthorized => "unauthorized",
        FaultKind.Forbidden => "forbidden",
        _ => "internal",
    };

    /// <remarks>"unavailable" is 500 like all that is not named here: so Prometheus answers, and its clients expect.</remarks>
    public static int Status(this FaultKind kind) => kind switch
    {
        FaultKind.BadData => StatusCodes.Status400BadRequest,
        FaultKind.Execution or FaultKind.Unprocessable => StatusCodes.Status422UnprocessableEntity,
        FaultKind.Canceled => StatusCodes.Status499ClientClosedRequest,
        FaultKind.Timeout or FaultKind.DiskRefuses or FaultKind.Busy => StatusCodes.Status503ServiceUnavailable,
        FaultKind.NotFound => StatusCodes.Status404NotFound,
        FaultKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        FaultKind.UnsupportedKind => StatusCodes.Status415UnsupportedMediaType,
        FaultKind.Unauthorized => StatusCodes.Status401Unauthorized,
        FaultKind.Forbidden => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status500InternalServerError,
    };
}
