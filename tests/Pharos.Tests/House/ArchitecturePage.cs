using System.Text.RegularExpressions;

namespace Pharos.Tests.House;

/// <summary>The tables of docs/ARCHITECTURE.md that say which folder of the server may use which.</summary>
sealed class ArchitecturePage
{
    readonly Dictionary<string, (string Level, HashSet<string> Allowed)> rows = new(StringComparer.Ordinal);

    public ArchitecturePage(string text)
    {
        var level = "";
        foreach (var line in text.Split('\n'))
        {
            if (Regex.Match(line, @"^\| (\w+) \|[^|]*\| ([^|]*) \|$") is not { Success: true } row) continue;
            var (name, others) = (row.Groups[1].Value, row.Groups[2].Value);
            if (name is "ground" or "room" or "composition") level = name;
            else if (level.Length > 0) rows.Add(name, (level, [.. Regex.Matches(others, @"\w+").Select(other => other.Value)]));
        }
    }

    /// <summary>What of the graph the page does not allow, and what of the page the graph does not have.</summary>
    public IEnumerable<string> Faults(FolderGraph graph)
    {
        foreach (var row in rows.Keys.Except(graph.Nodes, StringComparer.Ordinal)) yield return $"docs/ARCHITECTURE.md has a row for {row}, and there is no such folder";
        foreach (var node in graph.Nodes)
        {
            if (!rows.TryGetValue(node, out var row))
            {
                yield return $"the folder {node} is missing in docs/ARCHITECTURE.md";
                continue;
            }
            foreach (var other in graph.From(node))
            {
                var example = graph.Example(node, other);
                if (!rows.TryGetValue(other, out var used)) continue; // Told above.
                if (Rank(row.Level) < Rank(used.Level)) yield return $"{node} is {row.Level} and may not use {other}, which is {used.Level}: {example}";
                else if (!row.Allowed.Contains(other) && !row.Allowed.Contains("all")) yield return $"docs/ARCHITECTURE.md does not allow {node} to use {other}: {example}";
            }
            foreach (var unused in row.Allowed.Except(graph.From(node), StringComparer.Ordinal))
            {
                if (unused != "all") yield return $"docs/ARCHITECTURE.md allows {node} to use {unused}, and nothing there does";
            }
        }
    }

    static int Rank(string level) => level switch { "ground" => 0, "room" => 1, _ => 2 };
}
