using System.Globalization;

namespace Pharos.Storage.Chunks;

/// <summary>The times that a sample may have, and how messages tell a range of them.</summary>
static class TimeRange
{
    /// <summary>0001-01-01: below it no calendar can show a sample.</summary>
    public const long MinMs = -62_135_596_800_000;

    /// <summary>The last millisecond of 9999.</summary>
    public const long MaxMs = 253_402_300_799_999;

    public static string Of(long fromMs, long throughMs) => $"{Text(fromMs)} and {Text(throughMs)}";

    static string Text(long timeMs) => timeMs switch
    {
        < MinMs => "the beginning",
        > MaxMs => "now",
        _ => DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };
}
