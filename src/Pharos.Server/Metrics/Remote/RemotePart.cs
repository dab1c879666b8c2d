using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Discovery;
using Pharos.Server.HttpClients;
using Pharos.Server.Series;
using Pharos.Server.Text;

namespace Pharos.Server.Metrics.Remote;

/// <summary>Reads <c>remote_write</c> and <c>remote_read</c>, which are not obeyed yet.</summary>
sealed class RemotePart : IConfigPart
{
    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file)
    {
        var remote = new RemoteConfig(RemoteReader.ReadWrites(file.Root, file.Of<SeriesConfig>().MetricNameValidation), RemoteReader.ReadReads(file.Root));
        if (remote.Write.Count > 0) file.Root.Warn("remote_write", "recognised, not supported yet: samples are not sent on");
        if (remote.Read.Count > 0) file.Root.Warn("remote_read", "recognised, not supported yet: nothing is read from there");
        file.Add(remote);
    }

    public void Print(Configuration configuration, YamlWriter yaml)
    {
        var remote = configuration.Of<RemoteConfig>();
        yaml.List("remote_write", remote.Write, write =>
        {
            yaml.Value("url", ShownAddress.WithoutPassword(write.Url.OriginalString));
            yaml.Filled("name", write.Name);
            yaml.Value("remote_timeout", write.Timeout);
            yaml.Value("protobuf_message", write.IsVersion2 ? "io.prometheus.write.v2.Request" : "prometheus.WriteRequest");
            yaml.Pairs("headers", Hidden(write.Headers));
            DiscoveryPrinter.Write(yaml, "write_relabel_configs", write.WriteRelabelConfigs);
            HttpClientPrinter.Write(yaml, write.Http);
        });
        yaml.List("remote_read", remote.Read, read =>
        {
            yaml.Value("url", ShownAddress.WithoutPassword(read.Url.OriginalString));
            yaml.Filled("name", read.Name);
            yaml.Value("remote_timeout", read.Timeout);
            yaml.Pairs("headers", Hidden(read.Headers));
            yaml.Value("read_recent", read.ReadRecent);
            yaml.Labels("required_matchers", read.RequiredMatchers);
            HttpClientPrinter.Write(yaml, read.Http);
        });
    }

    static KeyValuePair<string, string>[] Hidden(IReadOnlyList<KeyValuePair<string, string>> headers) => [.. headers.Select(header => KeyValuePair.Create(header.Key, "<secret>"))];
}
