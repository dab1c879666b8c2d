using System.Text.Json;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Syntax;
using Pharos.Server.Hosting;

namespace Pharos.Server.Metrics.Api;

/// <summary>The answer of <c>/api/v1/features</c>: what this server can do, in the words of Prometheus, so that editors offer what works.</summary>
static class FeatureList
{
    static readonly string[] Discoveries = ["static", "file", "http", "dns"];

    static readonly string[] TemplateFunctions =
    [
        "args", "externalURL", "first", "graphLink", "humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "label", "match", "now",
        "parseDuration", "pathPrefix", "query", "reReplaceAll", "safeHtml", "sortByLabel", "stripDomain", "stripPort", "strvalue", "tableLink", "title", "toDuration",
        "toLower", "toTime", "toUpper", "urlQueryEscape", "value",
    ];

    public static void Write(Utf8JsonWriter json, ServeOptions options, PromQlOptions language)
    {
        json.WriteStartObject();
        Group(json, "api", [
            ("admin", options.EnableAdminApi), ("exclude_alerts", true), ("label_values_match", true), ("lifecycle", options.EnableQuit), ("query_stats", true),
            ("query_warnings", true), ("remote_write_receiver", true), ("search", false), ("time_range_labels", true), ("time_range_series", true),
        ]);
        Group(json, "prometheus", [("agent_mode", false), ("auto_reload_config", false), ("server_mode", true)]);
        Group(json, "promql", [
            ("anchored", true), ("at_modifier", true), ("bool", true), ("by", true), ("delayed_name_removal", language.DelayedNameRemoval),
            ("duration_expr", true), ("fill", true), ("fill_left", true), ("fill_right", true), ("group_left", true), ("group_right", true),
            ("ignoring", true), ("negative_offset", true), ("offset", true), ("on", true), ("per_query_lookback_delta", true), ("per_step_stats", false),
            ("smoothed", true), ("subqueries", true), ("type_and_unit_labels", language.TypeAndUnitLabels), ("without", true),
        ]);
        Group(json, "promql_functions", FunctionCatalogue.ByName.Values.Select(function => (function.Name, true)));
        Group(json, "promql_operators", Enum.GetValues<BinaryOperator>().Select(op => (op.Text(), true))
            .Concat(Enum.GetValues<AggregateOperator>().Select(op => (op.Text(), true)))
            .Concat([("=~", true), ("!~", true), ("@", true)]));
        Group(json, "rules", [("concurrent_rule_eval", false), ("keep_firing_for", true), ("query_offset", true)]);
        Group(json, "scrape", [("extra_scrape_metrics", true), ("start_timestamp_zero_ingestion", false), ("type_and_unit_labels", false)]);
        Group(json, "service_discovery_providers", Discoveries.Select(name => (name, true)));
        Group(json, "templating_functions", TemplateFunctions.Select(name => (name, true)));
        Group(json, "tsdb", [("delayed_compaction", false), ("exemplar_storage", true), ("isolation", true), ("native_histograms", true)]);
        json.WriteEndObject();
    }

    static void Group(Utf8JsonWriter json, string name, IEnumerable<(string Name, bool IsOn)> features)
    {
        json.WriteStartObject(name);
        foreach (var (feature, isOn) in features.OrderBy(feature => feature.Name, StringComparer.Ordinal)) json.WriteBoolean(feature, isOn);
        json.WriteEndObject();
    }
}
