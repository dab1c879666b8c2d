namespace Pharos.Conformance;

/// <summary>Finds the conformance corpora, which live outside the project.</summary>
static class Corpus
{
    /// <summary>The path inside the folder that PHAROS_CONFORMANCE names; without that variable the test reports itself skipped.</summary>
    public static string Path(params string[] parts) => Find("PHAROS_CONFORMANCE", parts);

    /// <summary>The same for PHAROS_GUIDES.</summary>
    public static string Guide(params string[] parts) => Find("PHAROS_GUIDES", parts);

    static string Find(string variable, string[] parts)
    {
        var root = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(root), $"{variable} is not set");
        var path = System.IO.Path.Combine([root!, .. parts]);
        Assert.True(File.Exists(path) || Directory.Exists(path), $"{path} is missing");
        return path;
    }
}
