using Pharos.Server.Config;
using Pharos.Server.HttpClients;
using Pharos.Server.Metrics.Remote;

namespace Pharos.Server.Hosting;

/// <summary>Reads the <c>tracing</c> section, the spans of the server itself, which is not obeyed yet.</summary>
sealed class TracingPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file)
    {
        if (file.Root.Section("tracing") is not { } section) return;
        file.Root.NotSupported("tracing");
        section.OneOf("client_type", "grpc", "http");
        if (section.Text("endpoint", "").Length == 0) section.Error("endpoint", "is missing; write where traces are to be sent");
        section.Number("sampling_fraction", 0);
        section.Bool("insecure");
        HttpClientReader.ReadTls(section.Section("tls_config"));
        RemoteReader.ReadHeaders(section, "headers");
        section.OneOf("compression", "gzip", "");
        section.Duration("timeout");
        section.Close();
    }
}
