using System.Reflection;
using System.Text.RegularExpressions;

namespace Pharos.Tests.House;

/// <summary>Keeps the walls between projects and rooms; docs/ARCHITECTURE.md has the reasons.</summary>
public sealed class HouseRulesTests
{
    [Theory]
    [InlineData("Pharos.Model")]
    [InlineData("Pharos.Storage", "Pharos.Model")]
    [InlineData("Pharos.Query", "Pharos.Model")]
    [InlineData("Pharos.AspNetCore")]
    public void A_project_knows_only_what_lies_below_it(string project, params string[] allowed)
    {
        var known = Assembly.Load(project).GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Pharos", StringComparison.Ordinal) || name == "pharos");

        Assert.Empty(known.Except(allowed, StringComparer.Ordinal));
    }

    /// <summary>The table "who may call whom" of docs/ARCHITECTURE.md is the rule itself: this reads it from there.</summary>
    [Fact]
    public void A_room_names_only_rooms_that_the_architecture_page_allows()
    {
        var root = Root();
        var allowed = AllowedEdges(File.ReadAllText(Path.Combine(root, "docs", "ARCHITECTURE.md")));
        var faults = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(root, "src", "Pharos.Server"), "*.cs", SearchOption.AllDirectories))
        {
            var parts = Path.GetRelativePath(Path.Combine(root, "src", "Pharos.Server"), file).Split(Path.DirectorySeparatorChar);
            if (parts.Length < 2 || parts[0] is "obj" or "bin") continue;
            Assert.True(allowed.ContainsKey(parts[0]), $"the room {parts[0]} is missing in docs/ARCHITECTURE.md");
            foreach (Match use in Regex.Matches(File.ReadAllText(file), @"^using (?:static )?Pharos\.Server\.(\w+)", RegexOptions.Multiline))
            {
                var room = use.Groups[1].Value;
                if (room != parts[0] && !allowed[parts[0]].Contains(room) && !allowed[parts[0]].Contains("all")) faults.Add($"{string.Join('/', parts)} uses {room}");
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Every_namespace_is_its_folder()
    {
        var root = Root();
        var faults = new List<string>();
        foreach (var project in Directory.EnumerateDirectories(Path.Combine(root, "src")))
        {
            foreach (var file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            {
                var folder = Path.GetRelativePath(Path.Combine(root, "src"), Path.GetDirectoryName(file)!);
                if (folder.Contains($"{Path.DirectorySeparatorChar}obj") || folder.Contains($"{Path.DirectorySeparatorChar}bin")) continue;
                var found = Regex.Match(File.ReadAllText(file), @"^namespace ([\w.]+);", RegexOptions.Multiline);
                if (found.Success && found.Groups[1].Value != folder.Replace(Path.DirectorySeparatorChar, '.')) faults.Add($"{file}: {found.Groups[1].Value}");
            }
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    static Dictionary<string, HashSet<string>> AllowedEdges(string page) => Regex.Matches(page, @"^\| (\w+) \|[^|]*\| ([^|]*) \|", RegexOptions.Multiline)
        .ToDictionary(row => row.Groups[1].Value, row => Regex.Matches(row.Groups[2].Value, @"\w+").Select(name => name.Value).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pharos.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
