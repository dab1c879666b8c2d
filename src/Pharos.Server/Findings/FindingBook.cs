using System.Collections.Concurrent;

namespace Pharos.Server.Findings;

/// <summary>All findings that hold now. Each room replaces its own list whenever it looks again.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class FindingBook
{
    readonly ConcurrentDictionary<string, Func<IReadOnlyList<Finding>>> byRoom = new(StringComparer.Ordinal);

    public void Replace(string room, IReadOnlyList<Finding> findings) => byRoom[room] = () => findings;

    /// <summary>The room's list is what this gives whenever somebody asks.</summary>
    public void Watch(string room, Func<IReadOnlyList<Finding>> look) => byRoom[room] = look;

    /// <summary>Worst first, then by place.</summary>
    public IReadOnlyList<Finding> All() =>
        [.. byRoom.Values.SelectMany(look => look()).OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Where, StringComparer.Ordinal)];
}
