using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;
using Pharos.Server.Text;


namespace Pharos.Server.Metrics.Remote;

/// <summary>Reads <c>remote_write</c> and <c>remote_read</c>.</summary>
static class RemoteReader
{
    static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Encoding", "Content-Type", "X-Prometheus-Remote-Write-Version", "User-Agent", "Connection", "Keep-Alive", "Proxy-Authenticate",
        "Proxy-Authorization", "Www-Authenticate", "Accept-Encoding", "X-Prometheus-Remote-Read-Version", "Host", "Content-Length",
    };

    /// <summary>Stands in for an address that is missing, so that the rest of the section is read and all its faults are found; never returned.</summary>
    static readonly Uri Nowhere = new("http://nowhere.invalid");

    public static IReadOnlyList<RemoteWriteConfig> ReadWrites(YamlSection root, NameValidation validation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return [.. root.Sections("remote_write", "section").Select(section => ReadWrite(section, validation, names)).OfType<RemoteWriteConfig>()];
    }

    public static IReadOnlyList<RemoteReadConfig> ReadReads(YamlSection root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        return [.. root.Sections("remote_read", "section").Select(section => ReadRead(section, names)).OfType<RemoteReadConfig>()];
    }

    static RemoteWriteConfig? ReadWrite(YamlSection section, NameValidation validation, HashSet<string> names)
    {
        var url = ReadUrl(section);
        var config = new RemoteWriteConfig
        {
            Url = url ?? Nowhere,
            Name = ReadName(section, names),
            Timeout = section.Duration("remote_timeout", TimeSpan.FromSeconds(30)),
            Headers = ReadHeaders(section, "headers"),
            WriteRelabelConfigs = RelabelReader.ReadAll(section, "write_relabel_configs", validation),
            IsVersion2 = section.OneOf("protobuf_message", "prometheus.WriteRequest", "io.prometheus.write.v2.Request") == "io.prometheus.write.v2.Request",
            SendExemplars = section.Bool("send_exemplars"),
            SendNativeHistograms = section.Bool("send_native_histograms"),
            RoundRobinDns = section.Bool("round_robin_dns"),
            Http = HttpClientReader.Read(section),
            Queue = ReadQueue(section.Section("queue_config")),
        };
        foreach (var login in (string[])["sigv4", "azuread", "google_iam"]) ReadCloudLogin(section, login);
        if (section.Section("metadata_config") is { } metadata)
        {
            metadata.Bool("send", true);
            metadata.Duration("send_interval");
            metadata.Integer("max_samples_per_send", 2000, 1, int.MaxValue);
            metadata.Close();
        }
        section.Close();
        return url is null ? null : config;
    }

    /// <summary>Signing requests for a cloud is not done; the keys are known, so that files load and the lack is told.</summary>
    static void ReadCloudLogin(YamlSection section, string key)
    {
        section.NotSupported(key);
        if (section.Section(key) is { } login && section.Has("basic_auth") | section.Has("authorization") | section.Has("oauth2"))
        {
            login.Error("stands beside another login; keep one of them");
        }
    }

    static RemoteQueueConfig ReadQueue(YamlSection? section)
    {
        if (section is null) return new();
        var defaults = new RemoteQueueConfig();
        var queue = new RemoteQueueConfig
        {
            Capacity = (int)section.Integer("capacity", defaults.Capacity, 1, int.MaxValue),
            MaxShards = (int)section.Integer("max_shards", defaults.MaxShards, 1, int.MaxValue),
            MinShards = (int)section.Integer("min_shards", defaults.MinShards, 1, int.MaxValue),
            MaxSamplesPerSend = (int)section.Integer("max_samples_per_send", defaults.MaxSamplesPerSend, 1, int.MaxValue),
            BatchSendDeadline = section.Duration("batch_send_deadline", defaults.BatchSendDeadline),
            MinBackoff = section.Duration("min_backoff", defaults.MinBackoff),
            MaxBackoff = section.Duration("max_backoff", defaults.MaxBackoff),
            RetryOnRateLimit = section.Bool("retry_on_http_429"),
            SampleAgeLimit = section.Duration("sample_age_limit", TimeSpan.Zero),
        };
        if (queue.BatchSendDeadline <= TimeSpan.Zero) section.Error("batch_send_deadline", "is 0; write how long to wait for a batch to fill, such as \"5s\"");
        if (queue.MinBackoff <= TimeSpan.Zero) section.Error("min_backoff", "is 0; write how long to wait before the first retry, such as \"30ms\"");
        if (queue.MaxBackoff < queue.MinBackoff) section.Error("max_backoff", "is below min_backoff; write at least min_backoff");
        if (queue.MinShards > queue.MaxShards) section.Error("min_shards", "is above max_shards; write at most max_shards");
        section.Close();
        return queue;
    }

    static RemoteReadConfig? ReadRead(YamlSection section, HashSet<string> names)
    {
        var url = ReadUrl(section);
        var config = new RemoteReadConfig
        {
            Url = url ?? Nowhere,
            Name = ReadName(section, names),
            Timeout = section.Duration("remote_timeout", TimeSpan.FromMinutes(1)),
            Headers = ReadHeaders(section, "headers"),
            ReadRecent = section.Bool("read_recent"),
            RequiredMatchers = section.Labels("required_matchers"),
            FilterExternalLabels = section.Bool("filter_external_labels", true),
            Http = HttpClientReader.Read(section),
        };
        section.Close();
        return url is null ? null : config;
    }

    static Uri? ReadUrl(YamlSection section)
    {
        if (!section.Has("url")) section.Error("url", "is missing; write the address of the remote end");
        if (section.ExpandedText("url") is not { Length: > 0 } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            section.Error("url", $"\"{ShownAddress.Shown(text)}\" is no address; write one such as \"http://host:port/path\"");
        }
        else if (url.Scheme is not ("http" or "https"))
        {
            // Prometheus loads such a file, because "localhost:9090" is an address with the scheme "localhost"; sending then fails.
            section.Warn("url", $"\"{ShownAddress.Shown(text)}\" is no http address and cannot be reached; write one such as \"http://{ShownAddress.Shown(text)}\"");
        }
        return url;
    }

    static string ReadName(YamlSection section, HashSet<string> names)
    {
        var name = section.Text("name", "");
        if (name.Length > 0 && !names.Add(name)) section.Error("name", $"\"{name}\" is written twice; names must differ");
        return name;
    }

    public static IReadOnlyList<KeyValuePair<string, string>> ReadHeaders(YamlSection section, string key)
    {
        var headers = section.Pairs(key);
        foreach (var (name, _) in headers)
        {
            if (name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)) section.Error(key, "\"Authorization\" is no header of its own here; write basic_auth, authorization or oauth2");
            else if (Reserved.Contains(name)) section.Error(key, $"header \"{name}\" is set by Pharos itself; remove it");
        }
        return headers;
    }
}
