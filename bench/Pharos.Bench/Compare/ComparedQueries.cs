namespace Pharos.Bench.Compare;

/// <param name="RangeMinutes">0: an instant query at the end of the data.</param>
sealed record ComparedQuery(string Name, string Expression, int RangeMinutes = 0, int StepSeconds = 15);

/// <summary>Twenty-odd queries as dashboards, rules and people ask them.</summary>
static class ComparedQueries
{
    public static readonly ComparedQuery[] All =
    [
        new("inst_selector", "app_level_0"),
        new("inst_rate_sum_by", "sum by (job) (rate(app_events_1_total[5m]))"),
        new("range_rate_sum_by_30m", "sum by (job, region) (rate(app_events_1_total[5m]))", 30),
        new("range_rate_raw_30m", "rate(app_events_2_total{kind=\"k0\",status=\"200\"}[5m])", 30),
        new("inst_histq_grouped", "histogram_quantile(0.95, sum by (le, path) (rate(http_request_duration_seconds_bucket[5m])))"),
        new("range_histq_grouped_30m", "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{method=\"GET\"}[5m])))", 30, 30),
        new("inst_topk", "topk(10, rate(app_events_3_total[5m]))"),
        new("range_regex_sum_30m", "sum(app_level_1{queue=~\"q(1|2|3).*\"})", 30),
        new("inst_regex_name_count", "count({__name__=~\"app_level_1.\",queue=\"q1\"})"),
        new("inst_subquery", "max_over_time(sum(rate(app_events_4_total{status=\"200\"}[5m]))[20m:1m])"),
        new("inst_join_group_left", "app_level_2{queue=\"q1\"} * on (instance) group_left (region) app_level_3{queue=\"q2\"}"),
        new("inst_ratio_errors", "sum by (instance) (rate(app_events_5_total{status=~\"5..\"}[5m])) / sum by (instance) (rate(app_events_5_total[5m]))"),
        new("inst_count_high_card", "count by (pod) (http_request_duration_seconds_bucket)"),
        new("inst_quantile_over_time_30m", "quantile_over_time(0.9, app_level_4[30m])"),
        new("inst_offset_diff", "app_level_5 - app_level_5 offset 10m"),
        new("inst_unless", "app_level_6 unless app_level_6{region=\"us-east\"}"),
        new("inst_predict_linear", "predict_linear(app_level_7{queue=~\"q1.*\"}[10m], 3600)"),
        new("inst_count_all", "count({__name__=~\".+\"})"),
        new("inst_raw_matrix_30m", "app_level_8{queue=~\"q[1-4]\"}[30m]"),
        new("range_avg_over_time_30m", "avg by (region) (avg_over_time(app_level_9[5m]))", 30, 30),
        new("range_stddev_30m", "stddev by (job) (app_level_10)", 30),
    ];

    /// <summary>Asked of a day of samples besides those above.</summary>
    public static readonly ComparedQuery[] OfADay =
    [
        new("range_rate_sum_by_24h", "sum by (region) (rate(app_events_1_total[5m]))", 24 * 60, 300),
        new("inst_increase_1d", "sum by (region) (increase(app_events_2_total[1d]))"),
        new("inst_avg_over_time_1d", "avg_over_time(app_level_1{queue=\"q1\"}[1d])"),
        new("range_histq_grouped_12h", "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{method=\"GET\"}[5m])))", 12 * 60, 300),
    ];
}
