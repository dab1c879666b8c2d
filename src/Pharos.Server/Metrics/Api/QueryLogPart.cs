using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Metrics.Api;

/// <summary>Reads <c>query_log_file</c>, which is not obeyed yet.</summary>
sealed class QueryLogPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file)
    {
        if (file.Root.Shared("global") is not { } global) return;
        file.Add(new QueryLogConfig(global.FilePath("query_log_file")));
        global.NotSupported("query_log_file");
    }

    public void Print(Configuration configuration, YamlWriter yaml) =>
        yaml.Mapping("global", () => yaml.Value("query_log_file", configuration.Of<QueryLogConfig>().File));
}
