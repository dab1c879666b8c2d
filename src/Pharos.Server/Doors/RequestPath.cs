namespace Pharos.Server.Doors;

/// <summary>The one form of a path: no empty part, no <c>.</c> and <c>..</c>, no slash at the end.</summary>
/// <remarks>
/// <para>Prometheus leads to that form by a redirect, on which most clients lose the body of a POST; here it is answered at once.</para>
/// <para>A <c>%2F</c> stays as it is: it is part of a name, as for routing.</para>
/// <para>Source: Go's <c>path.Clean</c> (facts).</para>
/// </remarks>
static class RequestPath
{
    public static string Clean(string path)
    {
        if (IsClean(path)) return path;
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        return "/" + string.Join('/', parts);
    }

    /// <summary>As nearly all are; one look, and nothing is made anew.</summary>
    static bool IsClean(string path) =>
        path.Length > 0 && path[0] == '/' && (path.Length == 1 || path[^1] != '/')
        && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);
}
