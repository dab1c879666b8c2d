using System.Collections.Concurrent;

namespace Pharos.Server.Findings;

/// <summary>All findings that hold now. Each room replaces its own list whenever it looks again.</summary>
/// <remarks>
/// <para>Limits: <see cref="MostOfRoom"/> of a room, the worst; how many more there are is one finding itself.</para>
/// <para>Lifetime: since when a finding holds is known from the start of the process on: what holds after a restart is told anew.</para>
/// <para>Threads: safe for all.</para>
/// </remarks>
sealed class FindingBook(TimeProvider time)
{
    public const int MostOfRoom = 1_000;

    readonly ConcurrentDictionary<string, RoomFindings> byRoom = new(StringComparer.Ordinal);

    public void Replace(string room, IReadOnlyList<Finding> findings) => Of(room).Replace(findings);

    /// <summary>The room's list is what this gives whenever somebody asks.</summary>
    public void Watch(string room, Func<IReadOnlyList<Finding>> look) => Of(room).Watch(look);

    /// <summary>Worst first, then by place.</summary>
    public IReadOnlyList<Finding> All() =>
        [.. byRoom.Values.SelectMany(room => room.Look()).OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Where, StringComparer.Ordinal)];

    RoomFindings Of(string room) => byRoom.GetOrAdd(room, static (name, time) => new(name, time), time);
}
