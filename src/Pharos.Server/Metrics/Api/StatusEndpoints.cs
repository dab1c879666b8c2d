using System.Globalization;
using System.Text.Json;
using Pharos.Model.Time;
using Pharos.Query.PromQL;
using Pharos.Server.Config;
using Pharos.Server.Doors;
using Pharos.Server.Store;
using Pharos.Storage.Series;

namespace Pharos.Server.Metrics.Api;

/// <summary><c>/api/v1/status/*</c> and <c>features</c>: what this server is and how it is set up.</summary>
/// <remarks>Fields that describe Go's runtime carry their nearest kin here, because clients of Prometheus want them to be there.</remarks>
sealed class StatusEndpoints(MetricsOptions options, WebOptions web, PromQlOptions language, StoreRoom storage, Func<ConfigStatus> status, TimeProvider time)
{
    const int DefaultTop = 10;
    const int MaxTop = 10_000;

    readonly SeriesStore store = storage.Store;
    readonly DateTimeOffset startedAt = time.GetUtcNow();
    readonly IngestRate rate = new(time);

    public void Map(DoorTable doors)
    {
        doors.Map(Door.Read("/api/v1/status/config", "the configuration in force"), ConfigAsync);
        doors.Map(Door.Read("/api/v1/status/flags", "the flags in force"), FlagsAsync);
        doors.Map(Door.Read("/api/v1/status/runtimeinfo", "how the process runs"), RuntimeAsync);
        doors.Map(Door.Read("/api/v1/status/buildinfo", "which build this is"), BuildAsync);
        doors.Map(Door.Read("/api/v1/status/tsdb", "what makes the most series"), StoreAsync);
        doors.Map(Door.Read("/api/v1/status/tsdb/blocks", "the blocks of the store"), BlocksAsync);
        doors.Map(Door.Read("/api/v1/status/storage", "figures of the whole store"), StorageAsync);
        doors.Map(Door.Read("/api/v1/status/walreplay", "how far the log is read after a start"), ReplayAsync);
        doors.Map(Door.Read("/api/v1/features", "what this server can do"), FeaturesAsync);
    }

    Task ConfigAsync(ApiCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("yaml", status().Shown);
        json.WriteEndObject();
    });

    Task FlagsAsync(ApiCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        foreach (var (name, value) in options.Flags.OrderBy(flag => flag.Key, StringComparer.Ordinal)) json.WriteString(name, value);
        json.WriteEndObject();
    });

    Task RuntimeAsync(ApiCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("startTime", ApiTime.Format(startedAt.ToUnixTimeMilliseconds()));
        json.WriteString("CWD", Environment.CurrentDirectory);
        json.WriteString("hostname", Environment.MachineName);
        json.WriteString("serverTime", ApiTime.Format(time.GetUtcNow().ToUnixTimeMilliseconds()));
        json.WriteBoolean("reloadConfigSuccess", status().IsLastReloadSuccessful);
        json.WriteString("lastConfigTime", ApiTime.Format(status().LoadedAt.ToUnixTimeMilliseconds()));
        json.WriteNumber("corruptionCount", store.Stats().SetAside.Count);
        json.WriteNumber("goroutineCount", ThreadPool.ThreadCount);
        json.WriteNumber("GOMAXPROCS", Environment.ProcessorCount);
        json.WriteNumber("GOMEMLIMIT", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        json.WriteString("GOGC", "");
        json.WriteString("GODEBUG", "");
        json.WriteString("storageRetention", Retention());
        json.WriteEndObject();
    });

    Task BuildAsync(ApiCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteString("version", ProductVersion.Version);
        json.WriteString("revision", ProductVersion.Revision);
        json.WriteString("branch", "");
        json.WriteString("buildUser", "");
        json.WriteString("buildDate", "");
        json.WriteString("goVersion", System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
        json.WriteEndObject();
    });

    Task StoreAsync(ApiCall call)
    {
        var limit = call.Limit();
        if (call["limit"].Length > 0 && limit is 0 or > MaxTop) throw ApiFaultException.BadData(limit == 0 ? "limit must be a positive number" : $"limit must not exceed {MaxTop}");
        var stats = store.Stats();
        var top = store.Cardinality(limit == 0 ? DefaultTop : limit);
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("headStats");
            json.WriteNumber("numSeries", stats.HeadSeries);
            json.WriteNumber("numLabelPairs", stats.LabelPairs);
            json.WriteNumber("chunkCount", stats.HeadSeries);
            json.WriteNumber("minTime", stats.HeadMinMs ?? 0);
            json.WriteNumber("maxTime", stats.HeadMaxMs ?? 0);
            json.WriteEndObject();
            Write(json, "seriesCountByMetricName", top.SeriesByMetricName);
            Write(json, "labelValueCountByLabelName", top.ValuesByLabelName);
            Write(json, "memoryInBytesByLabelName", top.BytesByLabelName);
            Write(json, "seriesCountByLabelValuePair", top.SeriesByLabelPair);
            json.WriteEndObject();
        });
    }

    Task BlocksAsync(ApiCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("blocks");
        foreach (var block in store.Stats().Blocks)
        {
            json.WriteStartObject();
            json.WriteString("ulid", block.Name);
            json.WriteNumber("minTime", block.MinMs);
            json.WriteNumber("maxTime", block.MaxMs + 1); // Exclusive in Prometheus.
            json.WriteStartObject("stats");
            json.WriteNumber("numSamples", block.Samples);
            json.WriteNumber("numSeries", block.Series);
            json.WriteNumber("numChunks", block.Series);
            json.WriteEndObject();
            json.WriteStartObject("compaction");
            json.WriteNumber("level", 1);
            json.WriteTexts("sources", [block.Name]);
            json.WriteEndObject();
            json.WriteNumber("version", 1);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Figures of the whole store in one answer, for the pages.</summary>
    Task StorageAsync(ApiCall call)
    {
        var stats = store.Stats();
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("series", stats.HeadSeries);
            json.WriteNumber("knownSeries", stats.Series);
            json.WriteNumber("samplesInBlocks", stats.Blocks.Sum(block => block.Samples));
            json.WriteNumber("blockBytes", stats.Blocks.Sum(block => block.SizeBytes));
            json.WriteNumber("samplesAppended", stats.SamplesAppended);
            json.WriteNumber("bytes", stats.SizeBytes);
            json.WriteNumber("blocks", stats.Blocks.Count);
            json.WriteNumber("minTime", stats.MinMs ?? 0);
            json.WriteNumber("maxTime", stats.MaxMs ?? 0);
            json.WriteNumber("samplesPerSecond", rate.Observe(stats.SamplesAppended));
            if (stats.ReadOnlyReason is { } reason) json.WriteString("readOnlyReason", reason);
            json.WriteTexts("setAside", stats.SetAside);
            json.WriteStartObject("memoryBytes");
            foreach (var (owner, bytes) in stats.NativeBytes) json.WriteNumber(owner, bytes);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>The log is read before the door opens, so whoever asks finds it done.</summary>
    Task ReplayAsync(ApiCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("min", 0);
        json.WriteNumber("max", 0);
        json.WriteNumber("current", 0);
        json.WriteEndObject();
    });

    Task FeaturesAsync(ApiCall call) => call.AnswerAsync(json => FeatureList.Write(json, web, options.ReloadsByItself, language));

    static void Write(Utf8JsonWriter json, string property, IReadOnlyList<NamedCount> counts)
    {
        json.WriteStartArray(property);
        foreach (var (name, count) in counts)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("value", count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    string Retention()
    {
        var (age, bytes) = storage.Retention;
        var parts = new List<string>(2);
        if (age > TimeSpan.Zero) parts.Add(PromDuration.Format((long)age.TotalMilliseconds));
        if (bytes > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"));
        return string.Join(" or ", parts);
    }
}
