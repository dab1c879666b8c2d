using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Model.Samples;
using Pharos.Server.Doors;
using Pharos.Server.Metrics.Metadata;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Server.Metrics.Api;

/// <summary><c>/api/v1/metadata</c> and <c>/api/v1/targets/metadata</c>: what targets and senders say of their metrics.</summary>
sealed class MetadataEndpoints(Func<TargetsSnapshot> targets, MetadataCatalogue pushed)
{
    public void Map(DoorTable doors)
    {
        doors.Map(Door.Read("/api/v1/metadata", "what targets and senders say of their metrics"), FamiliesAsync);
        doors.Map(Door.Read("/api/v1/targets/metadata", "what each target says of its metrics"), OfTargetsAsync);
    }

    Task FamiliesAsync(ApiCall call)
    {
        var limit = call.Limit();
        var perMetric = call.Limit("limit_per_metric");
        var metric = call["metric"];
        var families = new SortedDictionary<string, List<MetricMetadata>>(StringComparer.Ordinal);
        foreach (var target in targets().Active)
        {
            foreach (var (family, metadata) in Pick(target.Metadata(), metric)) Add(families, family, metadata);
        }
        foreach (var (family, variants) in metric.Length == 0 ? pushed.All() : [new(metric, [.. pushed.Of(metric)])])
        {
            foreach (var metadata in variants) Add(families, family, metadata);
        }
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            foreach (var (family, variants) in limit == 0 ? families : families.Take(limit))
            {
                json.WriteStartArray(family);
                foreach (var metadata in perMetric == 0 ? variants : variants.Take(perMetric))
                {
                    json.WriteStartObject();
                    WriteFields(json, metadata);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            json.WriteEndObject();
        });
    }

    Task OfTargetsAsync(ApiCall call)
    {
        var limit = call.Limit();
        var metric = call["metric"];
        var wanted = call["match_target"];
        var matchers = wanted.Length == 0 ? [] : ApiCall.Selector("match_target", wanted);
        var found = new List<(LabelSet Target, string Family, MetricMetadata Metadata)>();
        var count = 0;
        foreach (var target in targets().Active.Where(target => matchers.All(matcher => matcher.Matches(target.Labels[matcher.Name]))))
        {
            if (limit > 0 && count++ >= limit) break;
            foreach (var (family, metadata) in Pick(target.Metadata(), metric)) found.Add((target.Labels, family, metadata));
        }
        return call.AnswerAsync(json =>
        {
            json.WriteStartArray();
            foreach (var (target, family, metadata) in found)
            {
                json.WriteStartObject();
                json.WriteLabels("target", target);
                if (metric.Length == 0) json.WriteString("metric", family);
                WriteFields(json, metadata);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    static IEnumerable<KeyValuePair<string, MetricMetadata>> Pick(IReadOnlyDictionary<string, MetricMetadata> all, string metric)
    {
        if (metric.Length == 0) return all.OrderBy(entry => entry.Key, StringComparer.Ordinal);
        return all.TryGetValue(metric, out var one) ? [new(metric, one)] : [];
    }

    static void Add(SortedDictionary<string, List<MetricMetadata>> families, string family, MetricMetadata metadata)
    {
        if (!families.TryGetValue(family, out var variants)) families.Add(family, variants = []);
        if (!variants.Contains(metadata)) variants.Add(metadata);
    }

    static void WriteFields(Utf8JsonWriter json, MetricMetadata metadata)
    {
        json.WriteString("type", metadata.Kind.Word());
        json.WriteString("unit", metadata.Unit);
        json.WriteString("help", metadata.Help);
    }
}
