using System.Text.RegularExpressions;

namespace Pharos.Tests.House;

/// <summary>Holds the imports of the user interface against the table that allows them, and finds circles in them.</summary>
/// <remarks>
/// <para>Shape: a folder is the first step of a path (<c>charts</c>), below <c>features</c> the first two (<c>features/alerts</c>); <c>main.tsx</c>,
/// which lies in none, stands for itself. Paths are below web/src, with "/".</para>
/// <para>Tests of the pages are left out: one may look wherever it must.</para>
/// </remarks>
static partial class WebImports
{
    /// <summary>Everything that is wrong, one line each.</summary>
    /// <param name="files">Text by path.</param>
    /// <param name="table">What each folder may import.</param>
    public static IReadOnlyList<string> FaultsIn(IReadOnlyDictionary<string, string> files, IReadOnlyDictionary<string, IReadOnlySet<string>> table)
    {
        var imports = ImportsIn(files);
        var used = imports.Select(import => (From: FolderOf(import.From), To: FolderOf(import.To))).Where(edge => edge.From != edge.To).ToHashSet();
        var folders = files.Keys.Select(FolderOf).ToHashSet(StringComparer.Ordinal);
        var named = table.Keys.Concat(table.Values.SelectMany(allowed => allowed)).ToHashSet(StringComparer.Ordinal);
        var allowedEdges = table.SelectMany(row => row.Value.Select(to => (From: row.Key, To: to))).ToHashSet();
        return
        [
            .. folders.Except(table.Keys).Order(StringComparer.Ordinal).Select(folder => $"{folder} has no row"),
            .. named.Except(folders).Order(StringComparer.Ordinal).Select(folder => $"{folder} does not exist"),
            .. imports.Where(import => !files.ContainsKey(import.To)).Select(import => $"{import.From} imports {import.To}, which does not exist"),
            .. imports.Where(import => FolderOf(import.From) != FolderOf(import.To) && !allowedEdges.Contains((FolderOf(import.From), FolderOf(import.To))))
                .Select(import => $"{import.From} imports {import.To}, which the table does not allow"),
            .. allowedEdges.Except(used).Order().Select(edge => $"{edge.From} may import {edge.To} and does not"),
            .. CircleIn(used) is { } large ? [$"circle: {large}"] : Array.Empty<string>(),
            .. CircleIn(imports.Select(import => (PlaceOf(import.From, files.Keys), PlaceOf(import.To, files.Keys))).Where(edge => edge.Item1 != edge.Item2))
                is { } small ? [$"circle: {small}"] : Array.Empty<string>(),
        ];
    }

    /// <summary>The rows of the page's section "The user interface": names of folders stand in backticks.</summary>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> TableIn(string page)
    {
        var section = page.Split("\n## ").Single(part => part.StartsWith("The user interface\n", StringComparison.Ordinal));
        return Row().Matches(section).ToDictionary(
            row => row.Groups["folder"].Value,
            row => (IReadOnlySet<string>)Name().Matches(row.Groups["imports"].Value).Select(name => name.Groups[1].Value).ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    public static bool IsTest(string path) => path.Contains(".test.", StringComparison.Ordinal);

    static IReadOnlyList<(string From, string To)> ImportsIn(IReadOnlyDictionary<string, string> files) =>
    [
        .. from file in files
           where !IsTest(file.Key)
           from Match import in Import().Matches(file.Value)
           select (file.Key, Resolve(file.Key, import.Groups[1].Value, files)),
    ];

    static string Resolve(string from, string written, IReadOnlyDictionary<string, string> files)
    {
        var steps = new List<string>(from.Split('/')[..^1]);
        foreach (var step in written.Split('/'))
        {
            if (step == "..") steps.RemoveAt(steps.Count - 1);
            else if (step != ".") steps.Add(step);
        }
        var path = string.Join('/', steps);
        return ((string[])[path, path + ".ts", path + ".tsx"]).FirstOrDefault(files.ContainsKey, path);
    }

    static string FolderOf(string path)
    {
        var steps = path.Split('/');
        return steps[0] == "features" && steps.Length > 2 ? $"features/{steps[1]}" : steps[0];
    }

    /// <summary>A folder in which all lies flat is one place. Where a folder has folders in it, each file beside them is a place of its own.</summary>
    static string PlaceOf(string path, IEnumerable<string> all)
    {
        var folder = path[..Math.Max(0, path.LastIndexOf('/'))];
        return folder.Length == 0 || all.Any(other => other.StartsWith(folder + "/", StringComparison.Ordinal) && other.IndexOf('/', folder.Length + 1) > 0) ? path : folder;
    }

    /// <summary>One circle, told from its first place in the alphabet; null when there is none.</summary>
    static string? CircleIn(IEnumerable<(string From, string To)> edges)
    {
        var next = edges.Distinct().ToLookup(edge => edge.From, edge => edge.To);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var way = new List<string>();
        return next.Select(place => place.Key).Order(StringComparer.Ordinal).Select(Walk).FirstOrDefault(found => found is not null);

        string? Walk(string place)
        {
            if (way.IndexOf(place) is var at and >= 0) return string.Join(" -> ", way[at..].Append(place));
            if (!done.Add(place)) return null;
            way.Add(place);
            var found = next[place].Order(StringComparer.Ordinal).Select(Walk).FirstOrDefault(one => one is not null);
            way.RemoveAt(way.Count - 1);
            return found;
        }
    }

    [GeneratedRegex(@"^\| `(?<folder>[\w./-]+)` \|[^|]*\|(?<imports>[^|]*)\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();

    /// <summary>Static and dynamic imports and re-exports, of our own files alone.</summary>
    [GeneratedRegex("""\b(?:from|import)\s*\(?\s*['"](\.{1,2}/[^'"]+)['"]""")]
    private static partial Regex Import();
}
