using System.Globalization;

namespace Pharos.Server.Findings;

/// <summary>The findings of one room: each with an id of its own, and since when it holds.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class RoomFindings(string room, TimeProvider time)
{
    readonly Lock gate = new();
    IReadOnlyList<Finding> told = [];
    Func<IReadOnlyList<Finding>>? watched;

    public void Replace(IReadOnlyList<Finding> findings)
    {
        lock (gate) told = Dated(findings);
    }

    public void Watch(Func<IReadOnlyList<Finding>> look)
    {
        lock (gate) watched = look;
    }

    public IReadOnlyList<Finding> Look()
    {
        lock (gate) return watched is null ? told : told = Dated(watched());
    }

    IReadOnlyList<Finding> Dated(IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0) return [];
        var former = told.ToDictionary(finding => finding.Id, finding => finding.Since, StringComparer.Ordinal);
        var now = time.GetUtcNow();
        return [.. Bounded(Numbered(findings)).Select(finding => finding with { Since = former.TryGetValue(finding.Id, out var since) ? since : now })];
    }

    /// <summary>Several on one thing, such as two faults in one place of a file, are told apart by their order.</summary>
    static List<Finding> Numbered(IReadOnlyList<Finding> findings)
    {
        var times = new Dictionary<string, int>(StringComparer.Ordinal);
        var numbered = new List<Finding>(findings.Count);
        foreach (var finding in findings)
        {
            var count = times[finding.Id] = times.GetValueOrDefault(finding.Id) + 1;
            numbered.Add(count == 1 ? finding : finding with { Id = string.Create(CultureInfo.InvariantCulture, $"{finding.Id}#{count}") });
        }
        return numbered;
    }

    IEnumerable<Finding> Bounded(List<Finding> findings)
    {
        if (findings.Count <= FindingBook.MostOfRoom) return findings;
        var ordered = findings.OrderByDescending(finding => finding.Severity).ToList();
        var rest = ordered.Count - FindingBook.MostOfRoom;
        return
        [
            .. ordered.Take(FindingBook.MostOfRoom),
            new("more-findings", room, ordered[FindingBook.MostOfRoom].Severity, room, string.Create(CultureInfo.InvariantCulture, $"… and {rest} more"), ""),
        ];
    }
}
