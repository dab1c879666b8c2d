namespace Pharos.EndToEnd.Api;

/// <summary>Calls of every endpoint below <c>/api/v1/</c>, over what <see cref="ServerPair"/> has set up.</summary>
static class ApiCalls
{
    /// <summary>Asked with GET unless "POST " stands in front.</summary>
    public static readonly string[] Good =
    [
        "query?query=app_requests_total", "query?query=1", "query?query=\"a\"", "query?query=app_requests_total[1m]", "query?query=nothing", "query?query=app_requests_total&stats=true",
        "query?query=app_requests_total&stats=all", "query?query=app_requests_total&limit=1", "query?query=rate(app_temperature_celsius[1m])", "query?query=histogram_quantile(0.9,app_sizes)",
        "query?query=app_requests_total&lookback_delta=1m&timeout=10s", "POST query?query=1",
        "query_range?query=app_requests_total&start=1700000000&end=1700000100&step=10", "query_range?query=1&start=1700000000&end=1700000100&step=10", "query_range?query=1&start=1&end=2&step=1&stats=all",
        "query?query=prometheus_http_request_duration_seconds{handler=\"/metrics\"}", "query?query=rate(prometheus_http_request_duration_seconds{handler=\"/metrics\"}[1m])",
        "query?query=prometheus_http_request_duration_seconds{handler=\"/metrics\"}[20s]", "query?query=histogram_quantile(0.9, prometheus_http_request_duration_seconds)", "POST query_range?query=1&start=1&end=2&step=1", "query_exemplars?query=app_requests_total&start=1600000000&end=2600000000", "query_exemplars?query=app_seconds_bucket&start=1600000000&end=2600000000",
        "POST query_exemplars?query=nothing&start=1600000000&end=2600000000", "series?match[]=app_requests_total", "series?match[]=app_requests_total&match[]=up&limit=1", "POST series?match[]=nothing",
        "labels", "POST labels", "labels?match[]=up&limit=1", "label/job/values", "label/job/values?match[]=up&limit=1", "label/U__with_2e_dots/values", "label/none/values", "label/a-b/values",
        "metadata", "metadata?metric=app_requests", "metadata?metric=nothing", "metadata?limit_per_metric=1", "targets", "targets?state=active", "targets?state=dropped", "targets?state=any&scrapePool=app",
        "targets?scrapePool=nothing", "targets?state=wrong", "scrape_pools", "targets/metadata", "targets/metadata?metric=app_requests", "targets/metadata?metric=nothing",
        "targets/metadata?match_target={job=\"app\"}&limit=1", "targets/metadata?match_target={job=\"nothing\"}", "targets/relabel_steps?scrapePool=dropping&labels={\"__address__\":\"a:1\"}",
        "rules", "rules?type=alert", "rules?type=record", "rules?rule_name[]=Fires&rule_group[]=alerts", "rules?rule_group[]=nothing", "rules?file[]=nothing", "rules?match[]={severity=\"page\"}",
        "rules?exclude_alerts=true", "rules?group_limit=1", "rules?group_limit=2", "alerts", "alertmanagers",
        "status/config", "status/flags", "status/runtimeinfo", "status/buildinfo", "status/tsdb", "status/tsdb?limit=2", "status/tsdb/blocks", "status/walreplay", "status/self_metrics", "status/self_metrics?metric_name_pattern=prometheus_build_info", "features", "notifications",
        "search/metric_names?search[]=app", "POST search/label_names", "search/label_values?label=job&include_score=true",
        "format_query?query=sum(a)by(b)", "POST format_query?query=a", "POST parse_query?query=1", "parse_query?query=\"s\"", "parse_query?query={\"a.b\"}", "parse_query?query=(y @ 5) or z offset 1m",
        "parse_query?query=sum by (a) (rate(x{y=\"z\"}[5m])) / on (b) group_left (c) quantile(0.5, max_over_time(x[1h:5m] @ start())) > bool -1", "parse_query?query=abs(x) and ignoring(a) y unless count_values(\"v\", z)",
    ];

    public static readonly string[] Bad =
    [
        "query", "query?query=", "query?query=)", "query?query=a&time=x", "query?query=a&time=1e400", "query?query=up&time=NaN", "query?query=a&timeout=x", "query?query=up&timeout=1ns", "query?query=a&limit=x",
        "query?query=a&limit=-1", "query?query=a&lookback_delta=x", "query?query={}", "query?query={a=~\"(\"}", "query?query=label_replace(up,\"~~\",\"\",\"\",\"(\")", "query?query=up + on (nothing) up",
        "query?query=app_requests_total * on (job) group_left () {__name__=~'app_sizes_.*'}", "query?query=topk(\"a\", up)", "query?query=rate(up)", "query?query=nothing_known(up)",
        "query_range?query=a", "query_range?query=a&start=1", "query_range?query=a&start=1&end=2", "query_range?query=a&start=1&end=0&step=1", "query_range?query=a&start=1&end=2&step=0",
        "query_range?query=a&start=1&end=2&step=-1", "query_range?query=a&start=1&end=200000&step=1", "query_range?query=a[1m]&start=1&end=2&step=1", "query_range?query=\"a\"&start=1&end=2&step=1",
        "query_range?query=a&start=1&end=2&step=99999999999999999999", "query_exemplars", "query_exemplars?query=)", "query_exemplars?query=a&start=2&end=1", "series", "series?match[]=)", "series?match[]={}",
        "series?match[]=rate(a[1m])", "series?match[]=up&start=x", "series?match[]=up&start=2&end=1", "series?match[]=up&limit=-1", "labels?match[]=)", "labels?start=x", "labels?limit=x",
        "label//values", "label/job/values?match[]=)", "label/job/values?limit=x", "metadata?limit=x", "metadata?limit_per_metric=x", "targets/metadata?limit=x", "targets/metadata?match_target=)",
        "rules?type=x", "rules?exclude_alerts=x", "rules?group_limit=x", "rules?group_limit=-1", "rules?group_limit=0", "rules?group_next_token=x", "rules?group_limit=1&group_next_token=x", "rules?match[]=)",
        "status/tsdb?limit=x", "status/tsdb?limit=0", "status/tsdb?limit=-1", "status/tsdb?limit=10001", "status/self_metrics?metric_name_pattern=(", "search/metric_names?limit=0", "search/label_values", "POST search/label_names?sort_by=x", "format_query", "format_query?query=)", "parse_query", "POST parse_query?query=)", "nothing",
        "POST targets", "POST rules", "POST status/config", "POST label/job/values", "POST metadata", "POST alerts", "POST read", "POST write", "POST otlp/v1/metrics",
        "POST admin/tsdb/delete_series?match[]=nothing", "POST admin/tsdb/clean_tombstones", "POST admin/tsdb/snapshot", "admin/tsdb/snapshot",
    ];

    /// <summary>Calls of the administration, in this order, when it is switched on.</summary>
    public static readonly string[] Admin =
    [
        "POST admin/tsdb/delete_series?match[]=nothing", "POST admin/tsdb/delete_series", "POST admin/tsdb/delete_series?match[]=)", "POST admin/tsdb/delete_series?match[]=up&start=x",
        "POST admin/tsdb/delete_series?match[]=up&start=2&end=1", "POST admin/tsdb/clean_tombstones", "POST admin/tsdb/snapshot?skip_head=x", "POST admin/tsdb/snapshot", "admin/tsdb/snapshot",
    ];
}
