using System.Globalization;

namespace Pharos.Bench.Compare;

/// <summary>The series of a believable fleet: 1,000 per target, of which 42 % histogram parts, 30 % counters, 28 % gauges.</summary>
/// <remarks>
/// <para>Deterministic: the same seed gives the same labels and values. Values are made on the fly from the series' number and the step,
/// so that a day of samples needs no memory. Times of one target are shared by its series and jitter by up to 5 ms, as real scrapes do.</para>
/// </remarks>
sealed class FleetData(int targets, long startMs, int stepMs)
{
    public const int SeriesPerTarget = 1_000;
    static readonly string[] Bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"];
    static readonly string[] Regions = ["eu-west", "eu-north", "us-east"];
    static readonly string[] Methods = ["GET", "POST", "PUT"];
    static readonly string[] Statuses = ["200", "201", "204", "301", "400", "404", "500", "503"];

    public int SeriesCount => targets * SeriesPerTarget;

    public long TimeMs(int target, int step) => startMs + (long)step * stepMs + (Mix((uint)(target * 7919 + step)) % 11) - 5;

    public (string Name, (string Name, string Value)[] Labels) Series(int series)
    {
        var (target, item) = (series / SeriesPerTarget, series % SeriesPerTarget);
        (string, string)[] common =
        [
            ("cluster", "prod-1"), ("instance", string.Create(CultureInfo.InvariantCulture, $"10.0.{target / 250}.{target % 250}:8080")), ("job", target % 5 == 0 ? "api" : "worker"),
            ("pod", string.Create(CultureInfo.InvariantCulture, $"app-{target}-{Mix((uint)target):x8}")), ("region", Regions[target % Regions.Length]),
        ];
        if (item < 420)
        {
            // 30 histograms of 12 buckets, sum and count.
            var (histogram, part) = (item / 14, item % 14);
            (string, string)[] own = [("method", Methods[histogram % 3]), ("path", string.Create(CultureInfo.InvariantCulture, $"/api/v1/resource{histogram / 3}"))];
            return part switch
            {
                12 => ("http_request_duration_seconds_sum", [.. common, .. own]),
                13 => ("http_request_duration_seconds_count", [.. common, .. own]),
                _ => ("http_request_duration_seconds_bucket", [.. common, .. own, ("le", Bounds[part])]),
            };
        }
        if (item < 720)
        {
            var counter = item - 420;
            return (string.Create(CultureInfo.InvariantCulture, $"app_events_{counter / 24}_total"),
                [.. common, ("kind", string.Create(CultureInfo.InvariantCulture, $"k{counter % 3}")), ("status", Statuses[counter / 3 % 8])]);
        }
        var gauge = item - 720;
        return (string.Create(CultureInfo.InvariantCulture, $"app_level_{gauge / 20}"), [.. common, ("queue", string.Create(CultureInfo.InvariantCulture, $"q{gauge % 20}"))]);
    }

    public double Value(int series, int step)
    {
        var item = series % SeriesPerTarget;
        var seed = Mix((uint)series);
        if (item < 420)
        {
            var (histogram, part) = (series - item % 14, item % 14);
            var rate = 1 + Mix((uint)histogram) % 40; // Requests a step; a bucket gets its share of them.
            var total = (double)rate * step + Mix((uint)(histogram * 31 + step)) % (rate + 1);
            return part switch
            {
                12 => Math.Round(total * 0.083 + step % 7 * 0.0017, 4),
                13 or 11 => Math.Floor(total),
                _ => Math.Floor(total * Math.Min(1, 0.12 + part * 0.085)),
            };
        }
        if (item < 720)
        {
            if (seed % 4 == 0) return seed % 1000; // A quarter of all counters stand still.
            return (double)(1 + seed % 90) * step + Mix(seed + (uint)step) % 20;
        }
        var noise = Mix(seed * 17 + (uint)step);
        return (seed % 4) switch
        {
            0 => seed % 64, // A constant: a limit, a version.
            1 => 50 + noise % 40, // A whole level.
            2 => Math.Round(100 * Math.Sin((step + seed % 977) / 240.0) + noise % 100 / 10.0, 1),
            _ => Math.Round((seed % 8_000_000) + 4096.0 * (noise % 700)), // Bytes in pages.
        };
    }

    static uint Mix(uint x)
    {
        x = (x ^ (x >> 16)) * 0x7feb352d;
        x = (x ^ (x >> 15)) * 0x846ca68b;
        return x ^ (x >> 16);
    }
}
