using System.Diagnostics.Metrics;

namespace Shop;

/// <summary>What the business counts.</summary>
sealed class ShopMetrics : IDisposable
{
    readonly Meter meter = new("Shop");
    readonly Counter<long> payments;
    readonly Counter<long> failures;
    readonly Histogram<double> values;

    public ShopMetrics(Weather weather)
    {
        payments = meter.CreateCounter<long>("payments_total", description: "Payments that went through.");
        failures = meter.CreateCounter<long>("payment_failures_total", description: "Payments that did not go through, by reason.");
        values = meter.CreateHistogram("order_value_dollars", null, "Value of paid orders.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [10, 25, 50, 100, 250, 500, 1000, 5000] });
        meter.CreateObservableGauge("shop_stock_items", weather.StockLevels, description: "Items left, by product.");
    }

    public void Dispose() => meter.Dispose();

    public void Paid(decimal total)
    {
        payments.Add(1);
        values.Record((double)total);
    }

    public void PaymentFailed(string reason) => failures.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
