using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Model.Reading;
using Pharos.Model.Samples;
using Pharos.Server.Doors;
using Pharos.Server.Metrics.Metadata;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Queries;

namespace Pharos.Server.Metrics.Api.Search;

/// <summary><c>/api/v1/search/*</c>: metric names, label names and values that look like what somebody types, the best first if wanted.</summary>
/// <remarks>
/// <para>Shape: lines of JSON, so that an editor shows the first names before the last are sent: batches, then one line that says whether there are more.</para>
/// <para>They may touch every series, so they run on the <see cref="QueryScheduler"/> under the limits of queries.</para>
/// </remarks>
sealed class SearchEndpoints(ISeriesSource source, Func<TargetsSnapshot> targets, MetadataCatalogue pushed, QueryOptions options, QueryScheduler scheduler, int maxLimit, TimeProvider time)
{
    public void Map(DoorTable doors)
    {
        doors.Map(Door.QueryOrForm("/api/v1/search/metric_names", "metric names that look like what somebody types"), MetricNamesAsync);
        doors.Map(Door.QueryOrForm("/api/v1/search/label_names", "label names that look like what somebody types"), LabelNamesAsync);
        doors.Map(Door.QueryOrForm("/api/v1/search/label_values", "values of a label that look like what somebody types"), LabelValuesAsync);
    }

    Task MetricNamesAsync(ApiCall call)
    {
        var describe = call.Bool("include_metadata", otherwise: false);
        return AnswerAsync(call, "name", describe, LabelTexts.Values(LabelSet.MetricName));
    }

    Task LabelNamesAsync(ApiCall call) => AnswerAsync(call, "name", describe: false, LabelTexts.Names);

    Task LabelValuesAsync(ApiCall call)
    {
        var label = call["label"];
        if (label.Length == 0) throw ApiFaultException.BadData("missing required parameter \"label\"");
        return AnswerAsync(call, "value", describe: false, LabelTexts.Values(label));
    }

    async Task AnswerAsync(ApiCall call, string property, bool describe, LabelTexts.Reader read)
    {
        var search = SearchParameters.Read(call, time.GetUtcNow().ToUnixTimeMilliseconds(), maxLimit);
        var found = await scheduler.RunAsync(
            cancellation => FoundName.In(LabelTexts.Union(source, search.Selectors, search.FromMs, search.ThroughMs, read, cancellation), search, cancellation), options.Timeout, call.ClientGone);
        call.Context.Response.ContentType = "application/x-ndjson; charset=utf-8";
        var shown = Math.Min(found.Count, search.Limit);
        var known = describe ? Describe(found) : [];
        for (var start = 0; start == 0 || start < shown; start += search.BatchSize)
        {
            WriteBatch(call.Output, found, start, Math.Min(shown, start + search.BatchSize), property, search.WithScore, known);
            if (call.Output.WantsFlush) await call.Output.FlushAsync();
        }
        call.Output.Raw(found.Count > shown ? "{\"status\":\"success\",\"has_more\":true}\n"u8 : "{\"status\":\"success\",\"has_more\":false}\n"u8);
        await call.Output.CompleteAsync();
    }

    /// <summary>What the first target that exposes a metric says of it, else the first client that pushed it.</summary>
    Dictionary<string, MetricMetadata> Describe(List<FoundName> found)
    {
        var known = new Dictionary<string, MetricMetadata>(StringComparer.Ordinal);
        foreach (var target in targets().Active)
        {
            if (known.Count == found.Count) break;
            var described = target.Metadata();
            foreach (var name in found)
            {
                if (described.TryGetValue(name.Text, out var metadata)) known.TryAdd(name.Text, metadata);
            }
        }
        foreach (var name in found)
        {
            if (pushed.Of(name.Text) is [var metadata, ..]) known.TryAdd(name.Text, metadata);
        }
        return known;
    }

    static void WriteBatch(AnswerBody output, List<FoundName> found, int start, int end, string property, bool withScore, Dictionary<string, MetricMetadata> known)
    {
        using (var json = output.Structured())
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            for (var i = start; i < end; i++)
            {
                json.WriteStartObject();
                json.WriteString(property, found[i].Text);
                if (withScore) json.WriteNumber("score", found[i].Score);
                if (known.TryGetValue(found[i].Text, out var metadata)) WriteMetadata(json, metadata);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.Raw("\n"u8);
    }

    static void WriteMetadata(Utf8JsonWriter json, MetricMetadata metadata)
    {
        json.WriteString("type", metadata.Kind.Word());
        if (metadata.Help.Length > 0) json.WriteString("help", metadata.Help);
        if (metadata.Unit.Length > 0) json.WriteString("unit", metadata.Unit);
    }
}
