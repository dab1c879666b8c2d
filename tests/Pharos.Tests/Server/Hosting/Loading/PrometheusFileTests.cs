using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.HttpClients;
using Pharos.Server.Metrics.Scraping;
using Pharos.Server.Rules;
using Pharos.Server.Series;
using Pharos.Tests.Server.Config;

namespace Pharos.Tests.Server.Hosting.Loading;

public sealed class PrometheusFileTests : IDisposable
{
    readonly ConfigFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_empty_file_has_every_default()
    {
        var (config, source) = folder.Read("");

        Assert.Empty(source.Diagnostics);
        Assert.Equal(TimeSpan.FromMinutes(1), config.Of<ScrapingConfig>().Defaults.Interval);
        Assert.Equal(TimeSpan.FromSeconds(10), config.Of<ScrapingConfig>().Defaults.Timeout);
        Assert.Equal(ScrapeProtocolNames.Default, config.Of<ScrapingConfig>().Defaults.Protocols);
        Assert.Empty(config.Of<ScrapingConfig>().Jobs);
    }

    [Fact]
    public void A_job_takes_from_global_what_it_leaves_out()
    {
        var (config, source) = folder.Read("""
            global: {scrape_interval: 5s, sample_limit: 7, body_size_limit: 1MB, extra_scrape_metrics: true}
            scrape_configs:
              - job_name: a
              - {job_name: b, scrape_interval: 1m, scrape_timeout: 30s, sample_limit: 9}
            """);

        Assert.Empty(source.Diagnostics);
        var (a, b) = (config.Of<ScrapingConfig>().Jobs[0], config.Of<ScrapingConfig>().Jobs[1]);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)), (a.Interval, a.Timeout)); // 10s would be longer than the interval.
        Assert.Equal((7, 1 << 20, true), (a.Limits.Samples, a.Limits.BodySizeBytes, a.ExtraScrapeMetrics));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30), 9), (b.Interval, b.Timeout, b.Limits.Samples));
    }

    [Fact]
    public void Native_histograms_bring_protobuf_to_the_front()
    {
        var (config, _) = folder.Read("""
            scrape_configs:
              - {job_name: a, scrape_native_histograms: true}
              - {job_name: b}
              - {job_name: c, scrape_native_histograms: true, scrape_protocols: [PrometheusText0.0.4]}
            """);

        Assert.Equal(ScrapeProtocolNames.DefaultWithNativeHistograms, config.Of<ScrapingConfig>().Jobs[0].Protocols);
        Assert.Equal(ScrapeProtocolNames.Default, config.Of<ScrapingConfig>().Jobs[1].Protocols);
        Assert.Equal([ScrapeProtocol.PrometheusText0_0_4], config.Of<ScrapingConfig>().Jobs[2].Protocols);
    }

    [Fact]
    public void All_faults_of_all_files_are_told_at_once_from_top_to_bottom()
    {
        folder.Write("rules.yml", "groups:\n- name: g\n  rules:\n  - record: a b\n    expr: sum(\n");

        Assert.Equal(
        [
            "prometheus.yml:2:20: global.scrape_interval: \"15\" has no unit; write a duration such as \"15s\" (ms, s, m, h, d, w, y)",
            "prometheus.yml:3:3: global: unknown key \"evaluation_intervall\"; did you mean \"evaluation_interval\"?",
            "prometheus.yml:6:13: scrape_configs[0].scheme: \"htps\" is not known here; did you mean \"https\"?",
            "prometheus.yml:7:21: scrape_configs[0].scrape_timeout: 2m is longer than the scrape interval of 1m; write at most 1m, so that scrapes never overlap",
            "prometheus.yml:8:5: scrape_configs[1].job_name: is missing; write a name for the job",
            "rules.yml:5:15: groups[0].rules[0].expr: unclosed left parenthesis",
        ], folder.Faults("""
            global:
              scrape_interval: 15
              evaluation_intervall: 1m
            scrape_configs:
              - job_name: a
                scheme: htps
                scrape_timeout: 2m
              - metrics_path: /x
            rule_files: [rules.yml]
            """));
    }

    [Theory]
    [InlineData("global: {metric_name_validation_scheme: strict}", "prometheus.yml:1:41: global.metric_name_validation_scheme: \"strict\" is not known here; write one of utf8, legacy")]
    [InlineData("global: {metric_name_escaping_scheme: none}", "prometheus.yml:1:39: global.metric_name_escaping_scheme: \"none\" is not known here; write one of allow-utf-8, underscores, dots, values")]
    [InlineData("remote_read: [{url: 'http://a', tls_config: {min_version: SSL}}]", "prometheus.yml:1:59: remote_read[0].tls_config.min_version: \"SSL\" is not known here; write one of TLS10, TLS11, TLS12, TLS13")]
    public void The_words_of_a_key_are_listed_without_the_one_that_is_nothing(string yaml, string fault) => Assert.Contains(fault, folder.Faults(yaml));

    [Fact]
    public void Keys_of_Prometheus_that_are_not_done_yet_are_told_by_line()
    {
        Assert.Equal(
        [
            "prometheus.yml:4:9: warning: scrape_configs[0].consul_sd_configs: recognised, not supported yet: finds no targets",
            "prometheus.yml:6:3: warning: remote_write: recognised, not supported yet: samples are not sent on",
            "prometheus.yml:7:10: warning: tracing: recognised, not supported yet",
        ], folder.Faults("""
            scrape_configs:
              - job_name: a
                consul_sd_configs:
                    - server: consul:8500
            remote_write:
              - url: http://remote/write
            tracing: {endpoint: "x:1"}
            """));
    }

    [Theory]
    [InlineData("global: {query_log_file: q.log}", "global.query_log_file: recognised, not supported yet")]
    [InlineData("scrape_configs: [{job_name: a, scrape_failure_log_file: f.log}]", "scrape_failure_log_file: recognised, not supported yet")]
    [InlineData("scrape_configs: [{job_name: a, convert_classic_histograms_to_nhcb: true}]", "convert_classic_histograms_to_nhcb: recognised, not supported yet")]
    [InlineData("storage: {tsdb: {retention: {percentage: 50}}}", "percentage: recognised, not supported yet")]
    [InlineData("runtime: {gogc: 50}", "runtime.gogc: does nothing here: there is no Go collector")]
    [InlineData("storage: {tsdb: {chunk_encoding: {floats: xor2}}}", "does nothing here: the store has its own encodings")]
    public void A_key_that_is_not_obeyed_is_a_warning(string yaml, string expected)
    {
        var (_, source) = folder.Read(yaml + "\n");

        Assert.False(source.HasErrors);
        Assert.Contains(expected, Assert.Single(source.Diagnostics).Message);
    }

    [Theory]
    [InlineData("capacity: 0")]
    [InlineData("max_shards: 0")]
    [InlineData("min_shards: 9, max_shards: 3")]
    [InlineData("batch_send_deadline: 0s")]
    [InlineData("min_backoff: 1m")]
    public void A_queue_that_could_not_move_is_refused(string queue)
    {
        Assert.True(folder.Read($"remote_write: [{{url: 'http://a/b', queue_config: {{{queue}}}}}]\n").Source.HasErrors);
    }

    [Fact]
    public void External_labels_are_expanded_as_by_Prometheus_and_relabelling_is_not()
    {
        folder.With("REGION", "eu").With("TOKEN", "s3cret");

        var (config, _) = folder.Read("""
            global:
              external_labels: {a: "${REGION}-1", b: "$REGION", c: "x$$y", d: "$UNSET.", e: "5$"}
            scrape_configs:
              - job_name: a
                authorization: {credentials: "$TOKEN"}
                basic_auth_: 1
                relabel_configs:
                  - {source_labels: [a], regex: "(.*)", target_label: b, replacement: "${1}$REGION"}
            """);

        Assert.Equal(LabelSet.From(("a", "eu-1"), ("b", "eu"), ("c", "x$y"), ("d", "."), ("e", "5$")), config.Of<SeriesConfig>().ExternalLabels);
        Assert.Equal("${1}$REGION", config.Of<ScrapingConfig>().Jobs[0].RelabelConfigs[0].Replacement);
        Assert.Equal("s3cret", config.Of<ScrapingConfig>().Jobs[0].Http.Authorization!.Credentials!.Read());
    }

    [Fact]
    public void An_unset_variable_in_a_secret_fails_the_check_and_only_disables_the_secret_when_serving()
    {
        const string yaml = "scrape_configs:\n- job_name: a\n  authorization: {credentials: \"${NOPE}\"}\n";

        Assert.Equal(["prometheus.yml:3:32: scrape_configs[0].authorization.credentials: environment variable $NOPE is not set; set it, or give the secret by a file, in which no \"$\" is read"],
            folder.Faults(yaml, isStrict: true));
        var (config, source) = folder.Read(yaml);
        Assert.False(source.HasErrors);
        var error = Assert.Throws<SecretUnavailableException>(() => config.Of<ScrapingConfig>().Jobs[0].Http.Authorization!.Credentials!.Read());
        Assert.Contains("$NOPE is not set", error.Message);
    }

    [Fact]
    public void A_dollar_that_names_nothing_stays_in_a_secret()
    {
        var (config, source) = folder.Read("scrape_configs:\n- job_name: a\n  basic_auth: {username: u, password: \"pa$$ w$1 ${x\"}\n");

        Assert.Empty(source.Diagnostics);
        Assert.Equal("pa$$ w$1 ${x", config.Of<ScrapingConfig>().Jobs[0].Http.BasicAuth!.Password!.Read());
    }

    [Fact]
    public void A_secret_file_is_read_anew_each_time()
    {
        var file = folder.Write("token", "one\n");
        var (config, _) = folder.Read("scrape_configs:\n- job_name: a\n  authorization: {credentials_file: token}\n");
        var secret = config.Of<ScrapingConfig>().Jobs[0].Http.Authorization!.Credentials!;

        Assert.Equal("one", secret.Read());
        File.WriteAllText(file, "two");
        Assert.Equal("two", secret.Read());
        File.Delete(file);
        Assert.Throws<SecretUnavailableException>(secret.Read);
    }

    [Fact]
    public void A_path_of_a_container_is_found_in_the_folder_and_told()
    {
        folder.Write("rules/a.yml", "groups: []\n");

        var (config, source) = folder.Read("rule_files: ['/etc/prometheus/rules/*.yml']\n");

        Assert.Equal([Path.Combine(folder.Root, "rules/a.yml")], config.Of<RulesConfig>().Files.Select(file => file.Path));
        Assert.Equal(["prometheus.yml:1:13: info: rule_files: \"/etc/prometheus/rules/*.yml\" reaches no file here; using rules/*.yml"], folder.Shorten(source));
    }

    [Fact]
    public void A_path_never_leads_out_of_the_folder()
    {
        var beside = Directory.CreateDirectory($"{folder.Root}-beside"); // Which begins as the folder's own path does.
        File.WriteAllText(Path.Combine(beside.FullName, "rules.yml"), "groups: []\n");
        File.WriteAllText($"{folder.Root}.yml", "groups: []\n");

        var (config, _) = folder.Read($"rule_files: ['/nowhere/../../{beside.Name}/rules.yml', '/nowhere/../../{beside.Name}/rule*.yml', '/nowhere/../../{Path.GetFileName(folder.Root)}.yml']\n");

        Assert.Empty(config.Of<RulesConfig>().Files);
        File.Delete($"{folder.Root}.yml");
        beside.Delete(recursive: true);
    }

    [Fact]
    public void Jobs_of_other_files_are_added_and_their_names_must_differ()
    {
        folder.Write("jobs/one.yml", "scrape_configs:\n- job_name: a\n");

        Assert.Equal(["jobs/one.yml:2:13: scrape_configs[0].job_name: \"a\" is written twice; give the jobs different names"],
            folder.Faults("scrape_configs: [{job_name: a}]\nscrape_config_files: ['jobs/*.yml']\n"));
    }

    [Theory]
    [InlineData("action: keep, regex: '(a'", "regex: \"(a\" is no regular expression: ")]
    [InlineData("action: kep", "action: \"kep\" is not known here; did you mean \"keep\"?")]
    [InlineData("source_labels: [a]", "target_label: is missing; replace needs the name of the label to write")]
    [InlineData("action: hashmod, target_label: a", "modulus: is missing; hashmod needs a number above 0")]
    [InlineData("action: labeldrop, source_labels: [a]", "source_labels: labeldrop uses only regex; remove it")]
    [InlineData("action: keepequal, source_labels: [a], target_label: b, regex: x", "regex: keepequal uses only source_labels and target_label; remove it")]
    [InlineData("action: lowercase, target_label: b, replacement: x", "replacement: lowercase uses none; remove it")]
    public void A_relabelling_rule_is_checked_against_its_action(string rule, string expected)
    {
        var faults = folder.Faults($"scrape_configs:\n- job_name: a\n  relabel_configs: [{{{rule}}}]\n");

        Assert.Contains(expected, Assert.Single(faults));
    }

    [Theory]
    [InlineData("metrics_path: [a]", "metrics_path: a list stands where one value belongs; write a single value")]
    [InlineData("honor_labels: maybe", "honor_labels: \"maybe\" is neither yes nor no; write true or false")]
    [InlineData("sample_limit: -1", "sample_limit: -1 is out of range")]
    [InlineData("sample_limit: 1e3", "sample_limit: \"1e3\" is no whole number; write digits only")]
    [InlineData("body_size_limit: 100", "body_size_limit: \"100\" has no unit; write a size such as \"100MB\"")]
    [InlineData("params: {a: b}", "params.a: \"b\" is no list; write [b]")]
    [InlineData("static_configs: {targets: [a]}", "static_configs: a mapping is no list; write \"- ...\" lines or [ ... ]")]
    [InlineData("static_configs: [{targets: ['http://a/b']}]", "\"http://a/b\" is no host:port; write it without scheme and path")]
    [InlineData("static_configs: [~]", "static_configs[0]: empty target group; write it, or remove the \"-\"")]
    [InlineData("static_configs: [{targets: [a], labels: {'': x}}]", "\"\" is no label name")]
    [InlineData("tls_config: {cert_file: a}", "tls_config: a certificate is given without its key; write key_file (or key)")]
    [InlineData("http_headers: {Host: {values: [a]}}", "http_headers.Host: header \"Host\" is set by Pharos itself; remove it")]
    [InlineData("file_sd_configs: [{files: ['a/*/b.yml']}]", "cannot be watched; write a path that ends in .json, .yml or .yaml")]
    [InlineData("http_sd_configs: [{url: 'ftp://a'}]", "url: \"ftp://a\" is no http address")]
    [InlineData("dns_sd_configs: [{names: [a], type: A}]", "port: is missing; only SRV records bring a port of their own")]
    public void A_value_of_the_wrong_kind_is_told_with_its_path(string key, string expected)
    {
        var faults = folder.Faults($"scrape_configs:\n- job_name: a\n  {key}\n");

        Assert.Contains(expected, Assert.Single(faults));
    }

    [Fact]
    public void An_unset_variable_in_an_external_label_is_nothing_and_told_also_when_checking()
    {
        var (config, source) = folder.Read("global: {external_labels: {a: 'x$NOPE-1', b: '${NOPE}'}}\n", isStrict: true);

        Assert.Equal(LabelSet.From(("a", "x-1")), config.Of<SeriesConfig>().ExternalLabels);
        Assert.Equal(
            ["prometheus.yml:1:27: warning: global.external_labels: environment variable $NOPE is not set and becomes nothing; set it, or write $$ for a dollar"],
            source.InOrder().Select(told => told.ToString()[told.ToString().IndexOf("prometheus.yml", StringComparison.Ordinal)..]));
    }

    [Fact]
    public void A_flag_or_text_with_nothing_behind_it_is_false_and_empty_as_for_Prometheus()
    {
        var (config, source) = folder.Read("""
            global: {scrape_interval: , scrape_native_histograms: true}
            scrape_configs:
              - {job_name: a, honor_timestamps: , enable_compression: ~, follow_redirects: , scrape_native_histograms: , scrape_interval: }
              - {job_name: b, relabel_configs: [{source_labels: [x, y], separator: , replacement: null, target_label: z}]}
            """);

        var (a, b) = (config.Of<ScrapingConfig>().Jobs[0], config.Of<ScrapingConfig>().Jobs[1]);
        Assert.Equal((false, false, false), (a.HonorTimestamps, a.EnableCompression, a.Http.FollowRedirects));
        Assert.Equal((TimeSpan.FromMinutes(1), true), (a.Interval, a.ScrapeNativeHistograms)); // A pointer in Go: inherited.
        Assert.Equal(("", ""), (b.RelabelConfigs[0].Separator, b.RelabelConfigs[0].Replacement));
        Assert.Equal(5, source.Diagnostics.Count(told => told.Message.Contains("has no value, which means", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_printed_reads_back_the_same_and_holds_no_secret()
    {
        var printed = folder.Print("""
            global: {scrape_interval: 5s, external_labels: {a: "x: y", "b.c": "1", d: "yes"}}
            rule_files: ["r*.yml"]
            scrape_configs:
              - job_name: "it's \"a\" # job"
                params: {"match[]": ['{a="b"}', "- x"]}
                basic_auth: {username: u, password: hidden}
                oauth2_: ~
                proxy_url: http://me:hidden@proxy:1
                http_headers: {X-A: {values: [v], secrets: [hidden]}}
                tls_config: {insecure_skip_verify: true, min_version: TLS13}
                static_configs: [{targets: ["a:1"], labels: {x: "multi\nline"}}]
                dns_sd_configs: [{names: [n], type: A, port: 1}]
                relabel_configs:
                  - {source_labels: [__address__], regex: "(.*):\\d+", target_label: t, replacement: "$1 \\ 'q'"}
                  - {action: labeldrop, regex: "a|b"}
            alerting:
              alertmanagers: [{static_configs: [{targets: ["am:9093"]}]}, {scheme: https}]
            storage: {tsdb: {out_of_order_time_window: 30m, retention: {time: 1d, size: 1GB}}}
            otlp: {promote_resource_attributes: ["k8s.pod"]}
            """.Replace("    oauth2_: ~\n", "", StringComparison.Ordinal));

        Assert.DoesNotContain("hidden", printed);
        Assert.Empty(folder.Faults(printed));
        Assert.Equal(printed, folder.Print(printed));
    }

    /// <summary>Several parts print keys of <c>global</c>; the order is Prometheus' all the same.</summary>
    [Fact]
    public void Keys_are_printed_in_the_order_of_Prometheus_whoever_reads_them()
    {
        var printed = folder.Print("""
            remote_read: [{url: 'http://r/', remote_timeout: 5s}]
            remote_write: [{url: 'http://w/'}]
            tracing: {endpoint: 'x:4317'}
            runtime: {gogc: 50}
            rule_files: [none.yml]
            scrape_config_files: [none.yml]
            storage: {tsdb: {retention: {time: 1d}}, exemplars: {max_exemplars: 7}}
            alerting: {alertmanagers: [{static_configs: [{targets: ['am:9093']}]}]}
            scrape_configs: [{job_name: j}]
            global:
              extra_scrape_metrics: true
              metric_name_escaping_scheme: dots
              sample_limit: 9
              scrape_failure_log_file: /f
              query_log_file: /q
              external_labels: {b: c}
              rule_query_offset: 3s
              evaluation_interval: 20s
              scrape_interval: 30s
            """);

        var keys = printed.Split('\n').Where(line => line.Length > 0 && line[0] is not (' ' or '-')).Select(line => line.TrimEnd(':'));
        var global = printed.Split('\n').Skip(1).TakeWhile(line => line.StartsWith(' ')).Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] is not (' ' or '-')).Select(line => line.Trim().Split(':')[0]);
        Assert.Equal(["global", "runtime", "alerting", "rule_files", "scrape_config_files", "scrape_configs", "storage", "remote_write", "remote_read", "otlp"], keys);
        Assert.Equal(
            [
                "scrape_interval", "scrape_timeout", "scrape_protocols", "evaluation_interval", "rule_query_offset", "external_labels", "query_log_file", "scrape_failure_log_file", "sample_limit",
                "metric_name_validation_scheme", "metric_name_escaping_scheme", "scrape_native_histograms", "always_scrape_classic_histograms", "convert_classic_histograms_to_nhcb", "extra_scrape_metrics",
            ],
            global);
    }

    [Theory]
    [InlineData("globl: {}", "prometheus.yml:1:1: unknown key \"globl\"; did you mean \"global\"?")]
    [InlineData("xyz: 1", "prometheus.yml:1:1: unknown key \"xyz\"; known here: global, rule_files, scrape_config_files, alerting, remote_write, remote_read, storage, otlp, runtime, tracing, scrape_configs")]
    [InlineData("global: {evaluation_intervals: 1m, xyz: 1}", "prometheus.yml:1:10: global: unknown key \"evaluation_intervals\"; did you mean \"evaluation_interval\"?", "prometheus.yml:1:36: global: unknown key \"xyz\"; see the documentation of Prometheus for the keys of this section")]
    [InlineData("global: 7", "prometheus.yml:1:9: global: \"7\" is no mapping; write keys and values (key: value)")]
    public void A_key_that_no_part_knows_is_told_once(string yaml, params string[] told) => Assert.Equal(told, folder.Faults(yaml));

    [Fact]
    public void A_file_that_cannot_be_read_is_told_and_no_exception()
    {
        var source = folder.Source();

        ConfigFolder.Read(source, ConfigFile.Prometheus, Path.Combine(folder.Root, "absent.yml"));
        ConfigFolder.Read(source, ConfigFile.Prometheus, folder.Root);

        Assert.Equal(2, source.Diagnostics.Count);
        Assert.All(source.Diagnostics, diagnostic => Assert.StartsWith("cannot be read: ", diagnostic.Message));
    }

    [Theory]
    [InlineData("- a\n- b\n")]
    [InlineData("just text\n")]
    [InlineData("global: [1]\nscrape_configs: {a: b}\nalerting: x\nstorage: {tsdb: [1]}\notlp: 7\nremote_write: 1\n")]
    public void Any_shape_of_document_ends_in_faults(string yaml)
    {
        var (_, source) = folder.Read(yaml);

        Assert.True(source.HasErrors);
        Assert.All(source.Diagnostics, diagnostic => Assert.True(diagnostic.Line > 0, diagnostic.ToString()));
    }

    [Fact]
    public void Tls_and_login_settings_arrive_in_the_client()
    {
        var (config, source) = folder.Read("""
            scrape_configs:
              - job_name: a
                bearer_token_file: token
                follow_redirects: false
                tls_config: {ca_file: ca.pem, server_name: x, max_version: TLS12}
            """);

        Assert.Empty(source.Diagnostics);
        var http = config.Of<ScrapingConfig>().Jobs[0].Http;
        Assert.Equal(("Bearer", Path.Combine(folder.Root, "token")), (http.Authorization!.Type, http.Authorization.Credentials!.Path));
        Assert.Equal((Path.Combine(folder.Root, "ca.pem"), "x", TlsVersion.Tls12), (http.Tls.CaFile, http.Tls.ServerName, http.Tls.MaxVersion));
        Assert.False(http.FollowRedirects);
    }

    /// <summary>As promtool: a server starts without, since files may come later; who checks wants to know.</summary>
    [Fact]
    public void A_rule_file_that_is_named_and_not_there_is_a_fault_when_checking()
    {
        using var folder = new ConfigFolder();
        const string Yaml = "rule_files: [none.yml, 'no*.yml']\nscrape_config_files: [none.yml]\n";

        Assert.Empty(folder.Faults(Yaml));
        Assert.Equal(
            ["prometheus.yml:1:14: rule_files: \"none.yml\" does not exist; create the file, or name another", "prometheus.yml:2:23: scrape_config_files: \"none.yml\" does not exist; create the file, or name another"],
            folder.Faults(Yaml, isStrict: true));
    }
}
