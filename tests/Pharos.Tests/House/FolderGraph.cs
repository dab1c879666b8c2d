using System.Globalization;
using System.Text;

namespace Pharos.Tests.House;

/// <summary>Which folders use which, with the places that do.</summary>
sealed class FolderGraph
{
    readonly SortedDictionary<string, SortedDictionary<string, List<FolderUse>>> edges = new(StringComparer.Ordinal);

    /// <param name="folders">All of them, used or not.</param>
    /// <param name="nodeOf">The node of a folder; null leaves it out.</param>
    public FolderGraph(IEnumerable<string> folders, IEnumerable<FolderUse> uses, Func<string, string?> nodeOf)
    {
        foreach (var folder in folders)
        {
            if (nodeOf(folder) is { } node) edges.TryAdd(node, new(StringComparer.Ordinal));
        }
        foreach (var use in uses)
        {
            if (nodeOf(use.From) is not { } from || nodeOf(use.To) is not { } to || from == to) continue;
            if (!edges[from].TryGetValue(to, out var places)) edges[from].Add(to, places = []);
            places.Add(use);
        }
    }

    public IReadOnlyCollection<string> Nodes => edges.Keys;

    public IEnumerable<string> From(string node) => edges[node].Keys;

    /// <summary>An example of the use.</summary>
    public FolderUse Example(string from, string to) => edges[from][to][0];

    /// <summary>One line for each circle: a node that uses itself by way of others, once for all nodes on it.</summary>
    public IEnumerable<string> Circles()
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in edges.Keys)
        {
            if (told.Contains(start) || PathBack(start) is not { } path) continue;
            told.UnionWith(path);
            yield return $"circle {string.Join(" -> ", path)}: " + string.Join("; ", path.Zip(path.Skip(1), (from, to) => edges[from][to].MinBy(use => use.Where, StringComparer.Ordinal)));
        }
    }

    /// <summary>A line for each node, with the number of files that use each other.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (from, others) in edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(from.Length == 0 ? "." : from)} -> ");
            text.AppendJoin(", ", others.Select(other => string.Create(CultureInfo.InvariantCulture, $"{other.Key}({other.Value.Select(use => use.Where.Split(':')[0]).Distinct(StringComparer.Ordinal).Count()})"))).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The shortest way from a node to itself; null: there is none.</summary>
    List<string>? PathBack(string start)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out var node))
        {
            foreach (var next in edges[node].Keys)
            {
                if (next == start)
                {
                    var path = new List<string> { start };
                    for (var at = node; at != start; at = cameFrom[at]) path.Insert(0, at);
                    path.Insert(0, start);
                    return path;
                }
                if (cameFrom.TryAdd(next, node)) queue.Enqueue(next);
            }
        }
        return null;
    }
}
