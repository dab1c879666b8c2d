namespace Pharos.Server.Config.Yaml;

/// <summary>Finds the known word that a mistyped one was most likely meant to be.</summary>
static class NearestKey
{
    /// <summary>Null when nothing is near enough to be a help: a third of the letters may differ, at least one, at most four.</summary>
    public static string? Find(string written, IEnumerable<string> known)
    {
        if (written.Length > 100) return null;
        string? best = null;
        var allowed = Math.Clamp(written.Length / 3, 1, 4);
        foreach (var candidate in known)
        {
            var distance = Distance(written, candidate);
            if (distance > allowed) continue;
            allowed = distance - 1; // Only a nearer one replaces it; of equals the first in the catalogue stays.
            best = candidate;
        }
        return best;
    }

    /// <summary>The question that a message ends with; null when nothing is near enough.</summary>
    public static string? Meant(string written, IEnumerable<string> known) => Find(written, known) is { } nearest ? $"did you mean \"{nearest}\"?" : null;

    /// <summary>What to write in place of a word that is none of a few.</summary>
    public static string MeantOr(string written, IReadOnlyList<string> words) =>
        Meant(written, words) ?? $"write one of {string.Join(", ", words.Where(word => word.Length > 0))}"; // Nothing is a word for some keys, but none to write.

    /// <summary>Insertions, removals, replacements and swaps of neighbours that turn one into the other (optimal string alignment).</summary>
    static int Distance(string a, string b)
    {
        var rows = new int[3][];
        for (var i = 0; i < 3; i++) rows[i] = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) rows[0][j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var current = rows[i % 3];
            var previous = rows[(i - 1) % 3];
            var beforePrevious = rows[(i + 1) % 3];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
            }
        }
        return rows[a.Length % 3][b.Length];
    }
}
