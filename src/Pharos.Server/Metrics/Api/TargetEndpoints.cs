using System.Text.Json;
using Pharos.Model.Labels;
using Pharos.Model.Time;
using Pharos.Server.Config;
using Pharos.Server.Discovery;
using Pharos.Server.Doors;
using Pharos.Server.Metrics.Scraping;

namespace Pharos.Server.Metrics.Api;

/// <summary><c>/api/v1/targets</c>, <c>targets/relabel_steps</c>, <c>scrape_pools</c> and <c>scrape_pools/config</c>.</summary>
/// <param name="externalUrl">Where others reach this server: a target on a loopback address is shown under its host.</param>
sealed class TargetEndpoints(Func<TargetsSnapshot> targets, Func<IReadOnlyList<ScrapeConfig>> jobs, string externalUrl)
{
    const int MaxLabelsJson = 1 << 20;

    readonly Uri external = new(externalUrl);

    public void Map(DoorTable doors)
    {
        doors.Map(Door.Read("/api/v1/targets", "the targets that are scraped or were dropped"), TargetsAsync);
        doors.Map(Door.Read("/api/v1/targets/relabel_steps", "what each relabelling rule makes of given labels"), RelabelStepsAsync);
        doors.Map(Door.Read("/api/v1/scrape_pools", "the names of the jobs"), PoolsAsync);
        doors.Map(Door.Read("/api/v1/scrape_pools/config", "the settings of one job"), PoolConfigAsync);
    }

    Task TargetsAsync(ApiCall call)
    {
        var state = call["state"].ToLowerInvariant();
        var pool = call["scrapePool"];
        var snapshot = targets();
        var withActive = state is "" or "any" or "active";
        var withDropped = state is "" or "any" or "dropped";
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("activeTargets");
            foreach (var target in snapshot.Active.Where(target => withActive && IsOf(pool, target.Pool))) Write(json, target);
            json.WriteEndArray();
            json.WriteStartArray("droppedTargets");
            foreach (var target in snapshot.Dropped.Where(target => withDropped && IsOf(pool, target.Pool)))
            {
                json.WriteStartObject();
                json.WriteLabels("discoveredLabels", target.DiscoveredLabels);
                json.WriteString("scrapePool", target.Pool);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("droppedTargetCounts");
            foreach (var (name, count) in snapshot.DroppedCounts.Where(_ => withDropped).OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteNumber(name, count);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    Task PoolsAsync(ApiCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteTexts("scrapePools", jobs().Select(job => job.JobName).Order(StringComparer.Ordinal));
        json.WriteEndObject();
    });

    Task PoolConfigAsync(ApiCall call)
    {
        var yaml = ScrapePrinter.Print(PoolOf(call));
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("yaml", yaml);
            json.WriteEndObject();
        });
    }

    Task RelabelStepsAsync(ApiCall call)
    {
        var pool = PoolOf(call);
        var steps = Relabelling.Explain(ReadLabels(call), pool.RelabelConfigs, pool.NameValidation);
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("steps");
            foreach (var step in steps)
            {
                json.WriteStartObject();
                json.WritePropertyName("rule");
                Write(json, step.Rule);
                json.WriteLabels("output", step.Labels);
                json.WriteBoolean("keep", step.IsKept);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    ScrapeConfig PoolOf(ApiCall call)
    {
        var name = call["scrapePool"];
        if (name.Length == 0) throw ApiFaultException.BadData("no scrapePool parameter provided");
        return jobs().FirstOrDefault(job => job.JobName == name) ?? throw ApiFaultException.NotFound($"scrape pool {ApiTime.Quote(name)} not found");
    }

    static LabelSet ReadLabels(ApiCall call)
    {
        var text = call["labels"];
        if (text.Length == 0) throw ApiFaultException.BadData("no labels parameter provided");
        if (text.Length > MaxLabelsJson) throw ApiFaultException.Parameter("labels", $"{text.Length} characters; at most {MaxLabelsJson} are taken");
        try
        {
            var labels = JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [];
            return LabelSet.From(labels.Where(label => label.Key.Length > 0 && label.Value is not null));
        }
        catch (JsonException error)
        {
            throw ApiFaultException.Parameter("labels", error.Message);
        }
    }

    void Write(Utf8JsonWriter json, TargetStatus target)
    {
        json.WriteStartObject();
        json.WriteLabels("discoveredLabels", target.DiscoveredLabels);
        json.WriteLabels("labels", target.Labels);
        json.WriteString("scrapePool", target.Pool);
        json.WriteString("scrapeUrl", target.ScrapeUrl);
        json.WriteString("globalUrl", GlobalUrl(target.ScrapeUrl));
        json.WriteString("lastError", target.LastError);
        json.WriteString("lastScrape", target.LastScrapeMs == 0 ? ApiTime.Never : ApiTime.Format(target.LastScrapeMs));
        json.WriteNumber("lastScrapeDuration", target.LastDurationSeconds);
        json.WriteString("health", target.Health.ToString().ToLowerInvariant());
        json.WriteString("scrapeInterval", PromDuration.Format(target.IntervalMs));
        json.WriteString("scrapeTimeout", PromDuration.Format(target.TimeoutMs));
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, RelabelConfig rule)
    {
        json.WriteStartObject();
        if (rule.SourceLabels.Count > 0) json.WriteTexts("source_labels", rule.SourceLabels);
        json.WriteString("separator", rule.Separator);
        json.WriteString("regex", rule.Regex.Pattern);
        if (rule.Modulus > 0) json.WriteNumber("modulus", rule.Modulus);
        if (rule.TargetLabel.Length > 0) json.WriteString("target_label", rule.TargetLabel);
        json.WriteString("replacement", rule.Replacement);
        json.WriteString("action", rule.Action.ToString().ToLowerInvariant());
        json.WriteEndObject();
    }

    /// <summary>A loopback address means this machine, which others know by the server's external host.</summary>
    string GlobalUrl(string scrapeUrl)
    {
        if (!Uri.TryCreate(scrapeUrl, UriKind.Absolute, out var url) || !url.IsLoopback) return scrapeUrl;
        return scrapeUrl.Replace($"://{url.Authority}", $"://{external.Host}:{url.Port}", StringComparison.Ordinal);
    }

    static bool IsOf(string wanted, string pool) => wanted.Length == 0 || wanted == pool;
}
