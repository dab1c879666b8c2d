using Pharos.Server.Config;
using Pharos.Server.Rooms;

namespace Pharos.Tests.Server.Rooms;

/// <summary>Gives configurations to rooms, and to parts of them, as a reload does.</summary>
static class Taking
{
    public static async Task TakeAsync(this IRoom room, Configuration next)
    {
        await using var preparation = new Preparation();
        await room.PrepareAsync(next, preparation);
        await preparation.SwapAsync();
    }

    /// <summary>As a reload that another room refuses.</summary>
    public static async Task ThrowAwayAsync(this IRoom room, Configuration next)
    {
        await using var preparation = new Preparation();
        await room.PrepareAsync(next, preparation);
    }

    public static async Task TakeAsync(Action<Preparation> prepare)
    {
        await using var preparation = new Preparation();
        prepare(preparation);
        await preparation.SwapAsync();
    }
}
