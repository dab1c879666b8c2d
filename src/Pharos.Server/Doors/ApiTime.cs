using System.Globalization;
using Pharos.Model.Text;
using Pharos.Model.Time;

namespace Pharos.Server.Doors;

/// <summary>Times and durations as parameters of the API carry them.</summary>
/// <remarks>
/// <para>A time is seconds since the epoch with a fraction, or RFC 3339. A duration is seconds, or Prometheus' form (<c>1m30s</c>).</para>
/// <para>Limits: times are clamped to <see cref="MinMs"/>..<see cref="MaxMs"/>, which leaves room to add any window without overflow; clients
/// ask "from the beginning of time" by numbers far outside. NaN and infinities are refused.</para>
/// </remarks>
static class ApiTime
{
    /// <summary>The earliest time that is told apart: about 146 million years before the epoch.</summary>
    public const long MinMs = long.MinValue / 2;

    public const long MaxMs = long.MaxValue / 2;

    /// <summary>Prometheus prints its own ends of time like this, with years of which RFC 3339 knows nothing.</summary>
    const string PrometheusMin = "-292273086-05-16T16:47:06Z";

    const string PrometheusMax = "292277025-08-18T07:12:54.999999999Z";

    public static bool TryParse(string text, out long timeMs)
    {
        timeMs = 0;
        if (GoFloat.TryParse(text, out var seconds))
        {
            if (!double.IsFinite(seconds)) return false;
            timeMs = Clamp(Math.Round(seconds * 1000, MidpointRounding.AwayFromZero));
            return true;
        }
        if (text is PrometheusMin or PrometheusMax)
        {
            timeMs = text is PrometheusMin ? MinMs : MaxMs;
            return true;
        }
        if (text.Length < "2006-01-02T15:04:05Z".Length || text[10] is not ('T' or 't')) return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time)) return false;
        if (text[^1] is not ('Z' or 'z') && text[^6] is not ('+' or '-')) return false; // RFC 3339 wants the zone.
        timeMs = time.ToUnixTimeMilliseconds();
        return true;
    }

    /// <summary>A duration in ms. False as well for one that does not fit 64 bits of nanoseconds, as in Prometheus.</summary>
    public static bool TryParseDuration(string text, out long ms, out string reason)
    {
        ms = 0;
        reason = $"cannot parse {Quote(text)} to a valid duration";
        if (GoFloat.TryParse(text, out var seconds))
        {
            var nanoseconds = seconds * 1e9;
            if (double.IsNaN(nanoseconds)) return false;
            if (nanoseconds is > long.MaxValue or < long.MinValue)
            {
                reason += ". It overflows int64";
                return false;
            }
            ms = (long)(nanoseconds / 1e6);
            return true;
        }
        return PromDuration.TryParseMs(text, out ms);
    }

    /// <summary>The instant that means "never" in answers: Go's zero time, which clients test for.</summary>
    public const string Never = "0001-01-01T00:00:00Z";

    /// <summary>RFC 3339 in UTC with ms, as JSON carries instants.</summary>
    public static string Format(long timeMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(timeMs, -62_135_596_800_000, 253_402_300_799_999)).ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    public static string Quote(string text) => GoText.Quote(text.Length <= 200 ? text : text[..200]);

    static long Clamp(double ms) => ms <= MinMs ? MinMs : ms >= MaxMs ? MaxMs : (long)ms;
}
