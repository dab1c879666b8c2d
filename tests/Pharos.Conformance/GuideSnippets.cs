namespace Pharos.Conformance;

/// <summary>The fenced code blocks of the guides.</summary>
static class GuideSnippets
{
    /// <summary>Each block with its guide's name and its number there.</summary>
    public static IEnumerable<(string Guide, int Number, string Text)> All(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            List<string>? block = null;
            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                if (!line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                {
                    block?.Add(line);
                }
                else if (block is null)
                {
                    block = [];
                }
                else
                {
                    yield return (Path.GetFileNameWithoutExtension(path), number++, string.Join('\n', block));
                    block = null;
                }
            }
        }
    }
}
