using System.Globalization;

namespace Pharos.Storage.Series;

/// <summary>A range of time as messages tell it.</summary>
static class TimeRange
{
    public static string Of(long fromMs, long throughMs) => $"{Text(fromMs)} and {Text(throughMs)}";

    static string Text(long timeMs) => timeMs switch
    {
        < Head.HeadLimits.MinTimeMs => "the beginning",
        > Head.HeadLimits.MaxTimeMs => "now",
        _ => DateTimeOffset.FromUnixTimeMilliseconds(timeMs).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };
}
