namespace Pharos.Bench.Series;

/// <summary>One made-up series and its kind, for figures by kind.</summary>
sealed record MadeSeries(string Kind, string Name, int Target, Func<int, double> ValueAt);

/// <summary>Series as a fleet of services shows them: every target's samples share the times of its scrapes.</summary>
/// <remarks>
/// <para>Mixture: six in ten are histogram buckets, of which many stand still; the rest counters (integers, seconds with two decimals, sums of full
/// doubles), gauges (bytes in pages, one and two decimals, full doubles) and constants. Made from a seed, the same on every machine.</para>
/// <para>Times: a scrape each 15 s with normal jitter of 2 ms, as a loaded scraper shows it.</para>
/// </remarks>
sealed class RealisticSeries
{
    public const long StartMs = 1_767_225_600_000;
    public const int StepMs = 15_000;
    readonly Random random;
    readonly List<MadeSeries> series = [];
    readonly long[][] times;

    public RealisticSeries(int targets, int seed = 1)
    {
        random = new Random(seed);
        times = new long[targets][];
        for (var target = 0; target < targets; target++) AddTarget(target);
    }

    public IReadOnlyList<MadeSeries> Series => series;

    /// <summary>Times of a target's scrapes.</summary>
    public long[] Times(int target, int count)
    {
        if (times[target]?.Length >= count) return times[target][..count];
        var own = new Random(target);
        var phase = own.Next(StepMs);
        return times[target] = [.. Enumerable.Range(0, count).Select(i => StartMs + phase + (long)i * StepMs + (long)Math.Round(Normal(own) * 2))];
    }

    /// <summary>Values of a series; every call gives the same.</summary>
    public static double[] Values(MadeSeries made, int count) => [.. Enumerable.Range(0, count).Select(made.ValueAt)];

    void AddTarget(int target)
    {
        for (var handler = 0; handler < 12; handler++)
        {
            var rate = handler < 5 ? 0 : Math.Pow(10, random.NextDouble() * 2.5 - 1);
            for (var bucket = 0; bucket < 12; bucket++)
            {
                Add("histogram bucket", $"http_request_duration_seconds_bucket{{handler=\"/h{handler}\",le=\"{bucket}\"}}", target, Counter(rate * Math.Min(1, (bucket + 1) / 8.0)));
            }
            Add("counter, full doubles", $"http_request_duration_seconds_sum{{handler=\"/h{handler}\"}}", target, Accumulated(rate));
            Add("counter, integers", $"http_request_duration_seconds_count{{handler=\"/h{handler}\"}}", target, Counter(rate));
        }
        for (var i = 0; i < 16; i++) Add("counter, integers", $"requests_total{{n=\"{i}\"}}", target, Counter(Math.Pow(10, random.NextDouble() * 4 - 1)));
        for (var i = 0; i < 8; i++) Add("counter, bytes", $"network_bytes_total{{n=\"{i}\"}}", target, Counter(Math.Pow(10, 3 + random.NextDouble() * 3), sizePerEvent: 1));
        for (var i = 0; i < 16; i++) Add("counter, two decimals", $"cpu_seconds_total{{n=\"{i}\"}}", target, Hundredths(random.NextDouble() * 60));
        for (var i = 0; i < 12; i++) Add("gauge, pages of bytes", $"memory_bytes{{n=\"{i}\"}}", target, Pages());
        for (var i = 0; i < 10; i++) Add("gauge, integers", $"connections{{n=\"{i}\"}}", target, Walk(200, 0));
        for (var i = 0; i < 8; i++) Add("gauge, decimals", $"temperature_celsius{{n=\"{i}\"}}", target, Walk(60, 1));
        for (var i = 0; i < 4; i++) Add("gauge, full doubles", $"ratio{{n=\"{i}\"}}", target, Noise());
        for (var i = 0; i < 14; i++) Add("constant", $"limit{{n=\"{i}\"}}", target, Constant(random.Next(3) == 0 ? random.Next(1000) * 1024.0 : random.Next(2)));
    }

    void Add(string kind, string name, int target, Func<int, double> valueAt) => series.Add(new MadeSeries(kind, name, target, valueAt));

    static Func<int, double> Constant(double value) => _ => value;

    Func<int, double> Counter(double eventsPerSecond, double sizePerEvent = 1)
    {
        var expected = eventsPerSecond * StepMs / 1000;
        return Running(random.Next(1_000_000), r => Poisson(r, expected) * sizePerEvent);
    }

    Func<int, double> Accumulated(double eventsPerSecond)
    {
        var expected = eventsPerSecond * StepMs / 1000;
        return Running(random.NextDouble() * 1000, r =>
        {
            var sum = 0.0;
            for (var i = Poisson(r, expected); i > 0; i--) sum += -Math.Log(1 - r.NextDouble()) * 0.08;
            return sum;
        });
    }

    Func<int, double> Hundredths(double percent)
    {
        var running = Running(random.Next(10_000_000), r => Math.Round(Math.Max(0, percent * 15 + Normal(r) * percent * 3)));
        return i => running(i) / 100;
    }

    Func<int, double> Pages()
    {
        var running = Running(random.Next(100_000), r => Math.Round(Normal(r) * 40));
        return i => Math.Abs(running(i)) * 4096;
    }

    Func<int, double> Walk(double level, int decimals)
    {
        var scale = Math.Pow(10, decimals);
        var running = Running(level * scale, r => Math.Round(Normal(r) * 3));
        return i => Math.Abs(running(i)) / scale;
    }

    Func<int, double> Noise()
    {
        var seed = random.Next();
        return i => new Random(seed + i).NextDouble();
    }

    /// <summary>A sum of steps, made on the way; asked again from the start it begins anew.</summary>
    Func<int, double> Running(double start, Func<Random, double> step)
    {
        var seed = random.Next();
        var own = new Random(seed);
        var (at, value) = (0, start);
        return i =>
        {
            if (i < at) (own, at, value) = (new Random(seed), 0, start);
            for (; at < i; at++) value += step(own);
            return value;
        };
    }

    static double Poisson(Random r, double expected)
    {
        if (expected <= 0) return 0;
        if (expected > 30) return Math.Max(0, Math.Round(expected + Normal(r) * Math.Sqrt(expected)));
        var (limit, product, count) = (Math.Exp(-expected), r.NextDouble(), 0);
        while (product > limit)
        {
            product *= r.NextDouble();
            count++;
        }
        return count;
    }

    static double Normal(Random r) => Math.Sqrt(-2 * Math.Log(1 - r.NextDouble())) * Math.Cos(2 * Math.PI * r.NextDouble());
}
