using Pharos.Model.Labels;
using Pharos.Model.Time;
using Pharos.Server.Alerting;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;
using Pharos.Server.Metrics.Remote;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Text;

namespace Pharos.Server.Config;

/// <summary>Prints a loaded configuration as YAML: what is in force, with defaults filled in, keys in Prometheus' order and secrets as <c>&lt;secret&gt;</c>.</summary>
sealed class ConfigPrinter
{
    readonly YamlWriter yaml = new();

    public static string Print(PrometheusConfig config)
    {
        var printer = new ConfigPrinter();
        printer.Write(config);
        return printer.yaml.ToString();
    }

    /// <summary>One job alone, as <c>/api/v1/scrape_pools/config</c> shows it.</summary>
    public static string Print(ScrapeConfig job)
    {
        var printer = new ConfigPrinter();
        printer.Write(job);
        return printer.yaml.ToString();
    }

    void Write(PrometheusConfig config)
    {
        yaml.Mapping("global", () => Write(config.Global));
        if (config.Runtime.GoGc is { } percent) yaml.Mapping("runtime", () => yaml.Value("gogc", percent));
        yaml.Mapping("alerting", () =>
        {
            Write("alert_relabel_configs", config.Alerting.AlertRelabelConfigs);
            yaml.List("alertmanagers", config.Alerting.Alertmanagers, Write);
        });
        yaml.Texts("rule_files", config.RuleFilePatterns);
        yaml.Texts("scrape_config_files", config.ScrapeConfigFilePatterns);
        yaml.List("scrape_configs", config.ScrapeConfigs, Write);
        yaml.Mapping("storage", () => Write(config.Storage));
        yaml.List("remote_write", config.RemoteWrite, Write);
        yaml.List("remote_read", config.RemoteRead, Write);
        yaml.Mapping("otlp", () => Write(config.Otlp));
    }

    void Write(GlobalConfig global)
    {
        yaml.Value("scrape_interval", Show(global.ScrapeInterval));
        yaml.Value("scrape_timeout", Show(global.ScrapeTimeout));
        yaml.Texts("scrape_protocols", [.. global.ScrapeProtocols.Select(protocol => protocol.Text())]);
        yaml.Value("evaluation_interval", Show(global.EvaluationInterval));
        if (global.RuleQueryOffset > TimeSpan.Zero) yaml.Value("rule_query_offset", Show(global.RuleQueryOffset));
        WriteLabels("external_labels", global.ExternalLabels);
        yaml.Value("query_log_file", global.QueryLogFile);
        yaml.Value("scrape_failure_log_file", global.ScrapeFailureLogFile);
        Write(global.Limits);
        yaml.Value("metric_name_validation_scheme", global.MetricNameValidation.Text());
        if (global.MetricNameEscaping is { } escaping) yaml.Value("metric_name_escaping_scheme", escaping.Text());
        yaml.Value("scrape_native_histograms", global.ScrapeNativeHistograms);
        yaml.Value("always_scrape_classic_histograms", global.AlwaysScrapeClassicHistograms);
        yaml.Value("convert_classic_histograms_to_nhcb", global.ConvertClassicHistogramsToNhcb);
        yaml.Value("extra_scrape_metrics", global.ExtraScrapeMetrics);
    }

    void Write(ScrapeConfig job)
    {
        yaml.Value("job_name", job.JobName);
        if (job.HonorLabels) yaml.Value("honor_labels", true);
        yaml.Value("honor_timestamps", job.HonorTimestamps);
        yaml.Value("track_timestamps_staleness", job.TrackTimestampsStaleness);
        yaml.Lists("params", job.Params);
        yaml.Value("scrape_interval", Show(job.Interval));
        yaml.Value("scrape_timeout", Show(job.Timeout));
        yaml.Texts("scrape_protocols", [.. job.Protocols.Select(protocol => protocol.Text())]);
        yaml.Value("fallback_scrape_protocol", job.FallbackProtocol?.Text());
        yaml.Value("scrape_native_histograms", job.ScrapeNativeHistograms);
        yaml.Value("always_scrape_classic_histograms", job.AlwaysScrapeClassicHistograms);
        yaml.Value("convert_classic_histograms_to_nhcb", job.ConvertClassicHistogramsToNhcb);
        yaml.Value("extra_scrape_metrics", job.ExtraScrapeMetrics);
        yaml.Value("scrape_failure_log_file", job.FailureLogFile);
        yaml.Value("metrics_path", job.MetricsPath);
        yaml.Value("scheme", job.Scheme);
        yaml.Value("enable_compression", job.EnableCompression);
        Write(job.Limits);
        yaml.Value("metric_name_validation_scheme", job.NameValidation.Text());
        yaml.Value("metric_name_escaping_scheme", job.NameEscaping.Text());
        Write(job.Http);
        Write("relabel_configs", job.RelabelConfigs);
        Write("metric_relabel_configs", job.MetricRelabelConfigs);
        Write(job.Discovery);
    }

    void Write(ScrapeLimits limits)
    {
        if (limits.BodySizeBytes > 0) yaml.Value("body_size_limit", ByteSize.Format(limits.BodySizeBytes));
        WriteLimit("sample_limit", limits.Samples);
        WriteLimit("target_limit", limits.Targets);
        WriteLimit("label_limit", limits.Labels);
        WriteLimit("label_name_length_limit", limits.LabelNameBytes);
        WriteLimit("label_value_length_limit", limits.LabelValueBytes);
        WriteLimit("native_histogram_bucket_limit", limits.NativeHistogramBuckets);
        if (limits.NativeHistogramMinBucketFactor > 0) yaml.Value("native_histogram_min_bucket_factor", limits.NativeHistogramMinBucketFactor);
        WriteLimit("keep_dropped_targets", limits.KeepDroppedTargets);
    }

    void WriteLimit(string key, long limit)
    {
        if (limit > 0) yaml.Value(key, limit);
    }

    void Write(HttpClientConfig http)
    {
        if (http.BasicAuth is { } basic)
        {
            yaml.Mapping("basic_auth", () =>
            {
                if (basic.Username is { Path: { } file }) yaml.Value("username_file", file);
                else if (basic.Username is not null) yaml.Value("username", NameOf(basic.Username));
                WriteSecret("password", basic.Password);
            });
        }
        if (http.Authorization is { } authorization)
        {
            yaml.Mapping("authorization", () =>
            {
                yaml.Value("type", authorization.Type);
                WriteSecret("credentials", authorization.Credentials);
            });
        }
        if (http.OAuth2 is { } oauth) yaml.Mapping("oauth2", () => Write(oauth));
        Write(http.Tls);
        Write(http.Proxy);
        yaml.Value("follow_redirects", http.FollowRedirects);
        yaml.Value("enable_http2", http.EnableHttp2);
        if (http.Headers.Count == 0) return;
        yaml.Mapping("http_headers", () =>
        {
            foreach (var header in http.Headers)
            {
                yaml.Mapping(header.Name, () =>
                {
                    yaml.Texts("values", header.Values);
                    yaml.Texts("secrets", [.. header.Secrets.Select(_ => "<secret>")]);
                    yaml.Texts("files", [.. header.Files.Select(file => file.Path!)]);
                });
            }
        });
    }

    void Write(OAuth2Config oauth)
    {
        yaml.Value("client_id", oauth.ClientId);
        WriteSecret("client_secret", oauth.ClientSecret);
        WriteSecret("client_certificate_key", oauth.ClientCertificateKey);
        yaml.Value("client_certificate_key_id", NullIfEmpty(oauth.ClientCertificateKeyId));
        yaml.Value("signature_algorithm", NullIfEmpty(oauth.SignatureAlgorithm));
        yaml.Value("iss", NullIfEmpty(oauth.Issuer));
        yaml.Value("audience", NullIfEmpty(oauth.Audience));
        yaml.Value("grant_type", NullIfEmpty(oauth.GrantType));
        yaml.Pairs("claims", oauth.Claims);
        yaml.Texts("scopes", oauth.Scopes);
        yaml.Value("token_url", ShownAddress.WithoutPassword(oauth.TokenUrl));
        yaml.Pairs("endpoint_params", oauth.EndpointParams);
        Write(oauth.Tls);
        Write(oauth.Proxy);
    }

    void Write(TlsConfig tls)
    {
        if (tls == TlsConfig.Default) return;
        yaml.Mapping("tls_config", () =>
        {
            yaml.Value("ca", tls.Ca);
            yaml.Value("cert", tls.Cert);
            yaml.Value("ca_file", tls.CaFile);
            yaml.Value("cert_file", tls.CertFile);
            WriteSecret("key", tls.Key);
            yaml.Value("server_name", tls.ServerName);
            yaml.Value("insecure_skip_verify", tls.InsecureSkipVerify);
            yaml.Value("min_version", tls.MinVersion?.ToString().ToUpperInvariant());
            yaml.Value("max_version", tls.MaxVersion?.ToString().ToUpperInvariant());
        });
    }

    void Write(ProxyConfig proxy)
    {
        if (proxy.Url is not null) yaml.Value("proxy_url", ShownAddress.WithoutPassword(proxy.Url.OriginalString));
        yaml.Value("no_proxy", NullIfEmpty(proxy.NoProxy));
        if (proxy.FromEnvironment) yaml.Value("proxy_from_environment", true);
        if (proxy.ConnectHeaders.Count == 0) return;
        yaml.Lists("proxy_connect_header",
            [.. proxy.ConnectHeaders.Select(header => new KeyValuePair<string, IReadOnlyList<string>>(header.Key, [.. header.Value.Select(_ => "<secret>")]))]);
    }

    void Write(DiscoveryConfig discovery)
    {
        yaml.List("dns_sd_configs", discovery.Dns, dns =>
        {
            yaml.Texts("names", dns.Names);
            yaml.Value("refresh_interval", Show(dns.RefreshInterval));
            yaml.Value("type", dns.Kind.ToString().ToUpperInvariant());
            yaml.Value("port", dns.Port);
        });
        yaml.List("file_sd_configs", discovery.Files, file =>
        {
            yaml.Texts("files", file.Files);
            yaml.Value("refresh_interval", Show(file.RefreshInterval));
        });
        yaml.List("http_sd_configs", discovery.Http, http =>
        {
            Write(http.Http);
            yaml.Value("refresh_interval", Show(http.RefreshInterval));
            yaml.Value("url", ShownAddress.WithoutPassword(http.Url.OriginalString));
        });
        yaml.List("static_configs", discovery.Static, group =>
        {
            yaml.Texts("targets", group.Targets);
            WriteLabels("labels", group.Labels);
        });
    }

    void Write(string key, IReadOnlyList<RelabelConfig> rules) => yaml.List(key, rules, rule =>
    {
        yaml.Texts("source_labels", rule.SourceLabels);
        yaml.Value("separator", rule.Separator);
        yaml.Value("regex", rule.Regex.Pattern);
        if (rule.Modulus > 0) yaml.Value("modulus", rule.Modulus);
        yaml.Value("target_label", NullIfEmpty(rule.TargetLabel));
        yaml.Value("replacement", rule.Replacement);
        yaml.Value("action", rule.Action.Word());
    });

    void Write(AlertmanagerConfig alertmanager)
    {
        Write(alertmanager.Http);
        yaml.Value("scheme", alertmanager.Scheme);
        yaml.Value("path_prefix", NullIfEmpty(alertmanager.PathPrefix));
        yaml.Value("timeout", Show(alertmanager.Timeout));
        yaml.Value("api_version", "v2");
        Write("relabel_configs", alertmanager.RelabelConfigs);
        Write("alert_relabel_configs", alertmanager.AlertRelabelConfigs);
        Write(alertmanager.Discovery);
    }

    void Write(StorageConfig storage)
    {
        if (storage.OutOfOrderTimeWindow is null && storage.RetentionTime is null && storage.RetentionSizeBytes is null && storage.RetentionPercentage is null) return;
        yaml.Mapping("tsdb", () =>
        {
            if (storage.OutOfOrderTimeWindow is { } window) yaml.Value("out_of_order_time_window", Show(window));
            yaml.Mapping("retention", () =>
            {
                if (storage.RetentionTime is { } time) yaml.Value("time", Show(time));
                if (storage.RetentionSizeBytes is { } size) yaml.Value("size", ByteSize.Format(size));
                if (storage.RetentionPercentage is { } percentage) yaml.Value("percentage", percentage);
            });
        });
        if (storage.MaxExemplars is { } exemplars) yaml.Mapping("exemplars", () => yaml.Value("max_exemplars", exemplars));
    }

    void Write(RemoteWriteConfig remote)
    {
        yaml.Value("url", ShownAddress.WithoutPassword(remote.Url.OriginalString));
        yaml.Value("name", NullIfEmpty(remote.Name));
        yaml.Value("remote_timeout", Show(remote.Timeout));
        yaml.Value("protobuf_message", remote.IsVersion2 ? "io.prometheus.write.v2.Request" : "prometheus.WriteRequest");
        yaml.Pairs("headers", [.. remote.Headers.Select(header => KeyValuePair.Create(header.Key, "<secret>"))]);
        Write("write_relabel_configs", remote.WriteRelabelConfigs);
        Write(remote.Http);
    }

    void Write(RemoteReadConfig remote)
    {
        yaml.Value("url", ShownAddress.WithoutPassword(remote.Url.OriginalString));
        yaml.Value("name", NullIfEmpty(remote.Name));
        yaml.Value("remote_timeout", Show(remote.Timeout));
        yaml.Pairs("headers", [.. remote.Headers.Select(header => KeyValuePair.Create(header.Key, "<secret>"))]);
        yaml.Value("read_recent", remote.ReadRecent);
        WriteLabels("required_matchers", remote.RequiredMatchers);
        Write(remote.Http);
    }

    void Write(OtlpConfig otlp)
    {
        if (otlp.PromoteAllResourceAttributes) yaml.Value("promote_all_resource_attributes", true);
        yaml.Texts("promote_resource_attributes", otlp.PromoteResourceAttributes);
        yaml.Texts("ignore_resource_attributes", otlp.IgnoreResourceAttributes);
        yaml.Value("translation_strategy", otlp.Translation.Word());
        if (otlp.KeepIdentifyingResourceAttributes) yaml.Value("keep_identifying_resource_attributes", true);
        if (otlp.ConvertHistogramsToNhcb) yaml.Value("convert_histograms_to_nhcb", true);
        if (otlp.PromoteScopeMetadata) yaml.Value("promote_scope_metadata", true);
        yaml.Value("label_name_underscore_sanitization", otlp.LabelNameUnderscoreSanitization);
        yaml.Value("label_name_preserve_multiple_underscores", otlp.LabelNamePreserveMultipleUnderscores);
    }

    void WriteSecret(string key, Secret? secret)
    {
        if (secret?.Path is { } file) yaml.Value($"{key}_file", file);
        else if (secret is not null) yaml.Value(key, "<secret>");
    }

    void WriteLabels(string key, LabelSet labels) => yaml.Pairs(key, [.. labels.Select(label => KeyValuePair.Create(label.Name, label.Value))]);

    /// <summary>A user name is no secret, but it may not be to be had.</summary>
    static string NameOf(Secret username)
    {
        try
        {
            return username.Read();
        }
        catch (SecretUnavailableException)
        {
            return "<unset>";
        }
    }

    static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    static string Show(TimeSpan time) => PromDuration.Format((long)time.TotalMilliseconds);
}
