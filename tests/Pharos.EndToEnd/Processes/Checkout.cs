namespace Pharos.EndToEnd.Processes;

/// <summary>The checkout that these tests were built in.</summary>
static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>Debug or Release, as these tests were built: what was built with them lies in folders of that name.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pharos.slnx"))) return folder.FullName;
        }
        throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
