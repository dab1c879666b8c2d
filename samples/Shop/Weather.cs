using System.Diagnostics.Metrics;

namespace Shop;

/// <summary>How the shop fares just now: how slow its parts are and how often they fail.</summary>
/// <remarks>
/// <para>Delays are log-normal around a typical time, slowly swelling and ebbing. Payments have a bad spell of three minutes in every
/// fifteen, so that somebody who watches for a while sees an alert come and go. Switches make it worse at will.</para>
/// </remarks>
sealed class Weather(TimeProvider time)
{
    static readonly TimeSpan Cycle = TimeSpan.FromMinutes(15);
    static readonly TimeSpan BadSpell = TimeSpan.FromMinutes(3);

    readonly long start = time.GetTimestamp();
    volatile bool slowDatabase;
    volatile bool failingPayments;
    volatile bool failingOrders;

    public IReadOnlyDictionary<string, bool> Switches => new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["database"] = slowDatabase, ["payments"] = failingPayments, ["orders"] = failingOrders,
    };

    public bool TrySwitch(string name, bool on)
    {
        switch (name)
        {
            case "database":
                slowDatabase = on;
                return true;
            case "payments":
                failingPayments = on;
                return true;
            case "orders":
                failingOrders = on;
                return true;
            default:
                return false;
        }
    }

    /// <param name="typicalMs">The median on a calm day.</param>
    public Task DelayAsync(string part, double typicalMs, CancellationToken aborted)
    {
        var swell = 1 + 0.4 * Math.Sin(Age.TotalSeconds / 97) + (part == "search" ? 0.6 * Math.Max(0, Math.Sin(Age.TotalSeconds / 311)) : 0);
        var spread = Math.Exp(0.5 * Normal());
        var ms = Math.Min(4_000, typicalMs * swell * spread * (slowDatabase ? 25 : 1));
        return Task.Delay(TimeSpan.FromMilliseconds(ms), time, aborted);
    }

    public bool Fails(string part)
    {
        var likelihood = part switch
        {
            "payments" when failingPayments => 0.6,
            "payments" when Age.Ticks % Cycle.Ticks > (Cycle - BadSpell).Ticks => 0.3,
            "payments" => 0.01,
            "orders" when failingOrders => 0.5,
            _ => 0.004,
        };
        return Random.Shared.NextDouble() < likelihood;
    }

    public IEnumerable<Measurement<int>> StockLevels()
    {
        for (var i = 0; i < OrderBook.Products.Count; i++)
        {
            var level = 245 + (int)(150 * Math.Sin(Age.TotalSeconds / (400 + 60 * i) + i));
            yield return new(level, new KeyValuePair<string, object?>("product", OrderBook.Products[i].Name));
        }
    }

    TimeSpan Age => time.GetElapsedTime(start);

    /// <summary>A standard normal number, by Box and Muller.</summary>
    static double Normal() => Math.Sqrt(-2 * Math.Log(1 - Random.Shared.NextDouble())) * Math.Cos(2 * Math.PI * Random.Shared.NextDouble());
}
