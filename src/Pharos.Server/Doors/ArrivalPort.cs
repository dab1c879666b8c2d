namespace Pharos.Server.Doors;

/// <summary>By which named port a request came: a feature of its connection. Requests without came by a port that has all doors.</summary>
/// <param name="IsLoopback">No other machine reaches it.</param>
sealed record ArrivalPort(NamedPort Port, bool IsLoopback)
{
    /// <summary>Null: a port that has all doors.</summary>
    public static ArrivalPort? Of(HttpContext context) => context.Features.Get<ArrivalPort>();
}
