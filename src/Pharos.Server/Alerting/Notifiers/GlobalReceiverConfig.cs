using Pharos.Server.Config.Http;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Alerting.Notifiers;

/// <summary>Defaults that the <c>global</c> section gives to all receivers.</summary>
sealed record GlobalReceiverConfig
{
    public HttpClientConfig Http { get; init; } = HttpClientConfig.Default;

    /// <summary>Reads the receivers' keys of <c>global</c>; the caller closes the section. Null: no such section, the defaults.</summary>
    public static GlobalReceiverConfig Read(YamlSection? section) => new()
    {
        Http = section?.Section("http_config") is { } http ? ReadHttp(http) : HttpClientConfig.Default,
    };

    static HttpClientConfig ReadHttp(YamlSection section)
    {
        var config = HttpClientReader.Read(section);
        section.Close();
        return config;
    }
}
