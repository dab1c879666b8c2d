using System.Globalization;

namespace Pharos.Server.Hosting;

/// <summary>Finds which process listens on a port, so that "in use" can say by what. Linux only; elsewhere, and for processes of others, null.</summary>
static class PortOwner
{
    /// <summary>Such as <c>prometheus (process 4711)</c>.</summary>
    public static string? Find(int port)
    {
        try
        {
            var inodes = ListeningInodes(port).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
            return inodes.Count == 0 ? null : FindHolder(inodes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lines of /proc/net/tcp: local address as hex with the port behind the colon, state 0A = listening, inode in column 10.</summary>
    static IEnumerable<string> ListeningInodes(int port)
    {
        foreach (var table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table)) continue;
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length < 10 || columns[3] != "0A") continue;
                var colon = columns[1].LastIndexOf(':');
                if (int.TryParse(columns[1].AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var local) && local == port) yield return columns[9];
            }
        }
    }

    static string? FindHolder(HashSet<string> sockets)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) continue;
            try
            {
                foreach (var descriptor in Directory.EnumerateFiles($"{process}/fd"))
                {
                    if (Target(descriptor) is { } target && sockets.Contains(target))
                    {
                        return $"{File.ReadAllText($"{process}/comm").Trim()} (process {id.ToString(CultureInfo.InvariantCulture)})";
                    }
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The process ended meanwhile, or is somebody else's.
            }
        }
        return null;
    }

    /// <summary>What a descriptor stands for; null when it was closed meanwhile, which says nothing of the others of its process.</summary>
    static string? Target(string descriptor)
    {
        try
        {
            return Path.GetFileName(File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
