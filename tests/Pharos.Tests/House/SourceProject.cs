using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Pharos.Tests.House;

/// <summary>The sources of a project, compiled as far as it takes to know what each name means.</summary>
/// <remarks>What source generators would add is missing: it names nothing that the sources do not name.</remarks>
sealed class SourceProject
{
    static readonly string[] Usual = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    static readonly string[] OfTheWeb =
    [
        "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    SourceProject(HashSet<string> folders, List<FolderUse> uses, List<string> qualified) => (Folders, Uses, Qualified) = (folders, uses, qualified);

    /// <summary>All folders with sources, below the project.</summary>
    public IReadOnlySet<string> Folders { get; }

    public IReadOnlyList<FolderUse> Uses { get; }

    /// <summary>Names of other top-level folders that are written with a namespace before them and not behind a <c>using</c>.</summary>
    public IReadOnlyList<string> Qualified { get; }

    /// <param name="folder">Of the project file.</param>
    public static SourceProject Read(string folder)
    {
        var name = Path.GetFileName(folder);
        var project = File.ReadAllText(Path.Combine(folder, $"{name}.csproj"));
        var assembly = project.Contains("<AssemblyName>pharos</AssemblyName>", StringComparison.Ordinal) ? "pharos" : name;
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), Full: path))
            .Where(file => FolderUse.Top(file.Path) is not ("obj" or "bin"))
            .Select(file => (file.Path, File.ReadAllText(file.Full)));
        return Read(assembly, files, project.Contains("Microsoft.NET.Sdk.Web", StringComparison.Ordinal) ? [.. Usual, .. OfTheWeb] : Usual);
    }

    /// <param name="files">Paths below the project, and texts.</param>
    public static SourceProject Read(string assembly, IEnumerable<(string Path, string Text)> files, IReadOnlyList<string>? usings = null)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Text, options, file.Path)).ToList();
        var globals = CSharpSyntaxTree.ParseText(string.Concat((usings ?? Usual).Select(name => $"global using global::{name};\n")), options, "");
        var compilation = CSharpCompilation.Create(
            assembly, [.. trees, globals], References(assembly), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        var found = new List<FolderUse>();
        var qualified = new List<string>();
        foreach (var tree in trees) new UseWalker(compilation.GetSemanticModel(tree), tree, found, qualified).Visit(tree.GetRoot());
        return new([.. trees.Select(tree => FolderOf(tree.FilePath))], found, qualified);
    }

    public static string FolderOf(string path) => path.LastIndexOf('/') is var end and >= 0 ? path[..end] : "";

    public static string Place(SyntaxNode node) =>
        string.Create(CultureInfo.InvariantCulture, $"{node.SyntaxTree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}");

    /// <summary>What the tests themselves run with: the runtime, the packages, and the projects of ours but the one that is read.</summary>
    static IEnumerable<MetadataReference> References(string assembly) =>
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        let name = Path.GetFileNameWithoutExtension(path)
        where name != assembly && name is not ("pharos" or "Pharos.Tests")
        select MetadataReference.CreateFromFile(path);
}
