using System.Text.Json;
using Pharos.Query.PromQL;
using Pharos.Query.PromQL.Planning;
using Pharos.Query.PromQL.Syntax;
using Pharos.Server.Doors;

namespace Pharos.Server.Metrics.Api;

/// <summary>The answer of <c>/api/v1/features</c>: what this server can do, in the words of Prometheus, so that editors offer what works.</summary>
static class FeatureList
{
    static readonly string[] Discoveries = ["static", "file", "http", "dns"];

    static readonly string[] OtherDiscoveries =
    [
        "aws", "azure", "consul", "digitalocean", "docker", "dockerswarm", "ec2", "ecs", "elasticache", "eureka", "gce", "hetzner", "ionos", "kubernetes", "kuma", "lightsail", "linode",
        "marathon", "msk", "nerve", "nomad", "oci", "openstack", "outscale", "ovhcloud", "puppetdb", "rds", "scaleway", "serverset", "stackit", "triton", "uyuni", "vultr",
    ];

    static readonly string[] TemplateFunctions =
    [
        "args", "externalURL", "first", "graphLink", "humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "label", "match", "now",
        "parseDuration", "pathPrefix", "query", "reReplaceAll", "safeHtml", "sortByLabel", "stripDomain", "stripPort", "strvalue", "tableLink", "title", "toDuration",
        "toLower", "toTime", "toUpper", "urlQueryEscape", "value",
    ];

    public static void Write(Utf8JsonWriter json, WebOptions web, bool reloadsByItself, PromQlOptions language)
    {
        json.WriteStartObject();
        Group(json, "api", [
            ("admin", web.EnableAdminApi), ("exclude_alerts", true), ("label_values_match", true), ("lifecycle", web.EnableQuit), ("openapi_3.1", false), ("openapi_3.2", false),
            ("otlp_write_receiver", false), ("query_stats", true), ("query_warnings", true), ("remote_write_receiver", true), ("search", true), ("search_fuzz_alg_jarowinkler", true),
            ("search_fuzz_alg_subsequence", true), ("time_range_labels", true), ("time_range_series", true),
        ]);
        Group(json, "otlp_receiver", [("delta_conversion", false), ("native_delta_ingestion", false)]);
        Group(json, "prometheus", [("agent_mode", false), ("auto_reload_config", reloadsByItself), ("server_mode", true), ("stringlabels", false)]);
        Group(json, "promql", [
            ("anchored", true), ("at_modifier", true), ("bool", true), ("by", true), ("delayed_name_removal", language.DelayedNameRemoval),
            ("duration_expr", true), ("fill", true), ("fill_left", true), ("fill_right", true), ("group_left", true), ("group_right", true),
            ("ignoring", true), ("negative_offset", true), ("offset", true), ("on", true), ("per_query_lookback_delta", true), ("per_step_stats", false),
            ("smoothed", true), ("subqueries", true), ("type_and_unit_labels", language.TypeAndUnitLabels), ("without", true),
        ]);
        Group(json, "promql_functions", FunctionCatalogue.Signatures.Keys.Select(name => (name, true)));
        Group(json, "promql_operators", Enum.GetValues<BinaryOperator>().Select(op => (op.Text(), true))
            .Concat(Enum.GetValues<AggregateOperator>().Select(op => (op.Text(), true)))
            .Concat([("=~", true), ("!~", true), ("@", true)]));
        Group(json, "rules", [("concurrent_rule_eval", false), ("keep_firing_for", true), ("query_offset", true)]);
        Group(json, "scrape", [("extra_scrape_metrics", true), ("start_timestamp_zero_ingestion", false), ("type_and_unit_labels", false)]);
        Group(json, "service_discovery_providers", Discoveries.Select(name => (name, true)).Concat(OtherDiscoveries.Select(name => (name, false))));
        Group(json, "templating_functions", TemplateFunctions.Select(name => (name, true)));
        Group(json, "tsdb", [("delayed_compaction", false), ("exemplar_storage", true), ("histograms_st_encoding", false), ("isolation", true), ("native_histograms", true), ("st_storage", false),
            ("use_uncached_io", false), ("xor2_encoding", false),
        ]);
        Group(json, "ui", [("ui_v2", false), ("ui_v3", false)]); // The pages are our own.
        json.WriteEndObject();
    }

    static void Group(Utf8JsonWriter json, string name, IEnumerable<(string Name, bool IsOn)> features)
    {
        json.WriteStartObject(name);
        foreach (var (feature, isOn) in features.OrderBy(feature => feature.Name, StringComparer.Ordinal)) json.WriteBoolean(feature, isOn);
        json.WriteEndObject();
    }
}
