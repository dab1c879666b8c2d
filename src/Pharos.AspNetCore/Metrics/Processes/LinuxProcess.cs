using System.Globalization;

namespace Pharos.AspNetCore.Metrics.Processes;

/// <summary>Numbers of this process out of <c>/proc/self</c>. A file that cannot be read throws, and the collection leaves the metric out.</summary>
static class LinuxProcess
{
    /// <summary>The first number of a line of <c>/proc/self/status</c>.</summary>
    public static long StatusNumber(string field)
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (!line.StartsWith(field, StringComparison.Ordinal)) continue;
            return long.Parse(FirstWord(line.AsSpan(field.Length).Trim()), CultureInfo.InvariantCulture);
        }
        throw new InvalidDataException($"/proc/self/status has no {field}");
    }

    public static long OpenFiles() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() - 1; // The listing itself has one open.

    /// <summary>The soft limit; infinity when there is none.</summary>
    public static double MaxOpenFiles()
    {
        const string Field = "Max open files";
        var line = File.ReadLines("/proc/self/limits").First(candidate => candidate.StartsWith(Field, StringComparison.Ordinal));
        var soft = FirstWord(line.AsSpan(Field.Length).Trim());
        return soft is "unlimited" ? double.PositiveInfinity : double.Parse(soft, CultureInfo.InvariantCulture);
    }

    static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text) => text.IndexOfAny(' ', '\t') is > 0 and var end ? text[..end] : text;
}
