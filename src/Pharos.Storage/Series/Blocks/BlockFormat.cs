namespace Pharos.Storage.Series.Blocks;

/// <summary>The constants of a block file. Source: docs/formats/block.md.</summary>
static class BlockFormat
{
    public const ushort Version = 1;
    public const string Extension = ".block";

    /// <summary>Bytes per check sum: small enough that a query of one series checks little, large enough that the sums are nothing.</summary>
    public const int PageBytes = 64 * 1024;

    public const int HeaderBytes = 16;
    public const int TailBytes = 16;
    public const int ColumnEntryBytes = 32;
    public const int GroupEntryBytes = 16;

    /// <summary>Series per directory group: found by a search of groups, then a walk.</summary>
    public const int SeriesPerGroup = 32;

    /// <summary>More would make a decoded time column too large to cache; at 15 s this is 34 hours.</summary>
    public const int MaxSamplesPerChunk = 8192;

    public static ReadOnlySpan<byte> HeaderMagic => "PharosBk"u8;

    public static ReadOnlySpan<byte> TailMagic => "PhBkEnd1"u8;

    /// <summary>The header is the same in every block, so that nothing is lost with it.</summary>
    public static void WriteHeader(Span<byte> to)
    {
        to[..HeaderBytes].Clear();
        HeaderMagic.CopyTo(to);
        to[HeaderMagic.Length] = (byte)Version;
    }

    public static string FileName(long minMs, long maxMs, ulong sequence) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{minMs}-{maxMs}-{sequence}{Extension}");

    /// <summary>The oldest time that a file's name tells, for sorting; a name of another form sorts first.</summary>
    public static long MinMsOf(string path)
    {
        var name = Path.GetFileName(path.AsSpan());
        var end = name.IsEmpty ? -1 : name[1..].IndexOf('-') + 1; // The first character may be a minus.
        return end > 0 && long.TryParse(name[..end], System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var minMs) ? minMs : long.MinValue;
    }

    /// <summary>Oldest and newest time that a file's name tells; null when it has another form.</summary>
    public static (long MinMs, long MaxMs)? TimesOf(string path)
    {
        var name = Path.GetFileName(path);
        var first = name.IndexOf('-', Math.Min(1, name.Length));
        var second = first < 0 || first + 2 > name.Length ? -1 : name.IndexOf('-', first + 2); // Either number may have a minus.
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        return second > 0 && long.TryParse(name.AsSpan(0, first), invariant, out var minMs) && long.TryParse(name.AsSpan(first + 1, second - first - 1), invariant, out var maxMs) ? (minMs, maxMs) : null;
    }
}
