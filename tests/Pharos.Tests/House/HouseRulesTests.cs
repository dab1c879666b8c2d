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

    /// <summary>The tables of docs/ARCHITECTURE.md are the rule itself: this reads them from there. What it prints is what they should say.</summary>
    [Fact]
    public void A_room_uses_only_what_the_architecture_page_allows_and_uses_all_of_it()
    {
        var server = SourceProject.Read(Path.Combine(Root(), "src", "Pharos.Server"));
        var graph = new FolderGraph(server.Folders, server.Uses, NodeOf);
        TestContext.Current.TestOutputHelper?.WriteLine(graph.ToString());
        var faults = new ArchitecturePage(File.ReadAllText(Path.Combine(Root(), "docs", "ARCHITECTURE.md"))).Faults(graph).Concat(graph.Circles()).Concat(server.Qualified).ToList();

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("Pharos.Model")]
    [InlineData("Pharos.Storage")]
    [InlineData("Pharos.Query")]
    [InlineData("Pharos.AspNetCore")]
    public void Folders_of_a_project_make_no_circle(string project)
    {
        var read = SourceProject.Read(Path.Combine(Root(), "src", project));
        var graph = new FolderGraph(read.Folders, read.Uses, NodeOf);
        TestContext.Current.TestOutputHelper?.WriteLine(graph.ToString());
        var faults = graph.Circles().Concat(read.Qualified).ToList();

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Folders_of_PromQL_make_no_circle()
    {
        const string language = "PromQL/";
        var read = SourceProject.Read(Path.Combine(Root(), "src", "Pharos.Query"));
        var graph = new FolderGraph(read.Folders, read.Uses, folder => $"{folder}/".StartsWith(language, StringComparison.Ordinal) ? FolderUse.Top(folder[Math.Min(folder.Length, language.Length)..]) : null);
        TestContext.Current.TestOutputHelper?.WriteLine(graph.ToString());

        Assert.Empty(graph.Circles());
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

    /// <summary>The top-level folder. What lies in the root of a project puts the folders together, and is none.</summary>
    static string? NodeOf(string folder) => FolderUse.Top(folder) is { Length: > 0 } top ? top : null;

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pharos.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
