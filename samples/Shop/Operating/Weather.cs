using System.Diagnostics.Metrics;
using Shop.Catalogue;

namespace Shop.Operating;

/// <summary>How the services fare that the shop depends on: how slow they are and how often they fail.</summary>
/// <remarks>
/// <para>Delays are log-normal around a typical time, slowly swelling and ebbing. Payments have a bad spell of three minutes in every
/// fifteen, so that somebody who watches for a while sees an alert come and go. Switches make it worse at will.</para>
/// </remarks>
sealed class Weather(Switches switches, TimeProvider time)
{
    static readonly TimeSpan Cycle = TimeSpan.FromMinutes(15);
    static readonly TimeSpan BadSpell = TimeSpan.FromMinutes(3);

    readonly long start = time.GetTimestamp();

    /// <summary>The wait for a service elsewhere.</summary>
    /// <param name="typicalMs">The median on a calm day.</param>
    public Task DelayAsync(string part, double typicalMs, CancellationToken aborted)
    {
        var swell = 1 + 0.4 * Math.Sin(Age.TotalSeconds / 97) + (part == "search" ? 0.6 * Math.Max(0, Math.Sin(Age.TotalSeconds / 311)) : 0);
        var ms = Math.Min(4_000, typicalMs * swell * Math.Exp(0.5 * Normal()));
        return Task.Delay(TimeSpan.FromMilliseconds(ms), time, aborted);
    }

    /// <summary>Why the payment provider refuses this payment; null: it takes it.</summary>
    public string? PaymentRefusal()
    {
        var likelihood = switches.FailingPayments ? 0.6 : Age.Ticks % Cycle.Ticks > (Cycle - BadSpell).Ticks ? 0.3 : 0.01;
        if (Random.Shared.NextDouble() >= likelihood) return null;
        return Random.Shared.Next(10) switch { < 6 => "provider_timeout", < 9 => "provider_error", _ => "card_declined" };
    }

    public bool StockServiceFails() => Random.Shared.NextDouble() < (switches.FailingOrders ? 0.5 : 0.004);

    public IEnumerable<Measurement<int>> StockLevels()
    {
        for (var i = 0; i < Products.All.Count; i++)
        {
            var level = 245 + (int)(150 * Math.Sin(Age.TotalSeconds / (400 + 60 * i) + i));
            yield return new(level, new KeyValuePair<string, object?>("product", Products.All[i].Name));
        }
    }

    TimeSpan Age => time.GetElapsedTime(start);

    /// <summary>A standard normal number, by Box and Muller.</summary>
    static double Normal() => Math.Sqrt(-2 * Math.Log(1 - Random.Shared.NextDouble())) * Math.Cos(2 * Math.PI * Random.Shared.NextDouble());
}
