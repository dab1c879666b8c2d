using System.Globalization;

namespace Pharos.Server.Notifying.Templates;

/// <summary>The short names of time zones (<c>CET</c>, <c>EDT</c>), which .NET does not know.</summary>
/// <remarks>Source: the rule in the last line of a zone's file (RFC 8536, footer, a POSIX TZ string): names of standard and summer time as they are today.</remarks>
static class ZoneAbbreviations
{
    static readonly string[] Folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo"];

    /// <summary>The name; the offset (<c>+0530</c>) where the system does not tell one, as Go prints then.</summary>
    public static string Of(TimeZoneInfo zone, DateTimeOffset moment)
    {
        if (zone.Id is "UTC" or "Etc/UTC") return "UTC";
        var footer = Folders.Select(folder => Path.Combine(folder, zone.Id)).Where(File.Exists).Select(LastLine).FirstOrDefault() ?? "";
        var (standard, summer) = Names(footer);
        var name = zone.IsDaylightSavingTime(moment) ? summer : standard;
        return name.Length > 0 ? name : moment.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
    }

    static string LastLine(string path)
    {
        try
        {
            var text = File.ReadAllText(path, System.Text.Encoding.Latin1).TrimEnd('\n');
            return text[(text.LastIndexOf('\n') + 1)..];
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary><c>CET-1CEST,M3.5.0,M10.5.0/3</c>: a name, its offset, perhaps another name. Names in angle brackets are offsets.</summary>
    static (string Standard, string Summer) Names(string footer)
    {
        var rest = footer.AsSpan();
        var standard = TakeName(ref rest);
        while (rest.Length > 0 && (char.IsAsciiDigit(rest[0]) || rest[0] is '-' or '+' or ':')) rest = rest[1..];
        return (standard, TakeName(ref rest));
    }

    static string TakeName(ref ReadOnlySpan<char> rest)
    {
        if (rest.Length > 0 && rest[0] == '<' && rest.IndexOf('>') is > 0 and var end)
        {
            var bracketed = rest[1..end].ToString();
            rest = rest[(end + 1)..];
            return bracketed;
        }
        var length = 0;
        while (length < rest.Length && char.IsAsciiLetter(rest[length])) length++;
        var name = rest[..length].ToString();
        rest = rest[length..];
        return name;
    }
}
