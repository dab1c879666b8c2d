using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Shop.Operating;

/// <summary>What the business counts, and the source of its spans.</summary>
sealed class ShopMetrics
{
    /// <summary>Name of the meter and of the source of spans.</summary>
    public const string Name = "Shop";

    public static readonly ActivitySource Spans = new(Name);

    readonly Counter<long> signups;
    readonly Counter<long> payments;
    readonly Counter<long> failures;
    readonly Histogram<double> values;
    readonly Counter<long> trades;
    readonly Counter<long> pipelineRecords;
    readonly Counter<long> pipelineErrors;
    readonly Histogram<double> pipelineDurations;

    public ShopMetrics(IMeterFactory meters, Weather weather)
    {
        var meter = meters.Create(Name);
        signups = meter.CreateCounter<long>("user_signups_total", description: "Customers who signed up.");
        payments = meter.CreateCounter<long>("payments_total", description: "Payments that went through.");
        failures = meter.CreateCounter<long>("payment_failures_total", description: "Payments that did not go through, by reason.");
        values = meter.CreateHistogram("order_value_dollars", null, "Value of paid orders.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [10, 25, 50, 100, 250, 500, 1000, 5000] });
        trades = meter.CreateCounter<long>("trades_processed_total", description: "Trades processed, by transaction type.");
        pipelineRecords = meter.CreateCounter<long>("pipeline_records_processed_total", description: "Records that the pipeline processed.");
        pipelineErrors = meter.CreateCounter<long>("pipeline_errors_total", description: "Runs of the pipeline that failed, by error type.");
        pipelineDurations = meter.CreateHistogram("pipeline_duration_seconds", null, "How long a run of the pipeline took.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10] });
        meter.CreateObservableGauge("shop_stock_items", weather.StockLevels, description: "Items left, by product.");
        // A counter that appears with its first event loses that event: rate() needs a value before it. Those with known labels begin at zero.
        signups.Add(0);
        payments.Add(0);
        pipelineRecords.Add(0);
        foreach (var reason in (string[])["provider_timeout", "provider_error", "card_declined"]) failures.Add(0, new KeyValuePair<string, object?>("reason", reason));
        foreach (var type in (string[])["buy", "sell"]) trades.Add(0, new KeyValuePair<string, object?>("transaction_type", type));
        foreach (var type in (string[])["bad_source", "bad_record"]) pipelineErrors.Add(0, new KeyValuePair<string, object?>("error_type", type));
    }

    public void SignedUp() => signups.Add(1);

    public void Paid(decimal total)
    {
        payments.Add(1);
        values.Record((double)total);
    }

    public void PaymentFailed(string reason) => failures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Traded(string transactionType) => trades.Add(1, new KeyValuePair<string, object?>("transaction_type", transactionType));

    public void Processed(int records, TimeSpan duration)
    {
        pipelineRecords.Add(records);
        pipelineDurations.Record(duration.TotalSeconds);
    }

    public void PipelineFailed(string errorType) => pipelineErrors.Add(1, new KeyValuePair<string, object?>("error_type", errorType));
}
