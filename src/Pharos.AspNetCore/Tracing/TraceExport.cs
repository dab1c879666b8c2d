using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Pharos.AspNetCore.Redaction;

namespace Pharos.AspNetCore.Tracing;

/// <summary>Owns OpenTelemetry's provider: listens to the sources, samples, and sends from a bounded queue of its own.</summary>
/// <remarks>Disposal sends what waits, for at most five seconds.</remarks>
sealed class TraceExport : IHostedService, IDisposable
{
    readonly TracerProvider provider;

    public TraceExport(PharosOptions options, Redactor redactor) : this(options, redactor, Console.Out)
    {
    }

    internal TraceExport(PharosOptions options, Redactor redactor, TextWriter console)
    {
        var tracing = options.Tracing;
        var builder = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes(Attributes(options)).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .AddSource([.. tracing.Sources])
            .AddProcessor(new SecretsProcessor(redactor));
        if (Variable("OTEL_TRACES_SAMPLER") is null) builder.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(RatioOf(options))));
        if (HasEndpoint(tracing)) builder.AddOtlpExporter(exporter => Configure(exporter, tracing));
        if (tracing.Console == true) builder.AddProcessor(new SimpleActivityExportProcessor(new ConsoleSpanExporter(console)));
        provider = builder.Build();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>While the host still waits for us: what the last requests left is sent.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => provider.ForceFlush(5_000), CancellationToken.None);

    public void Dispose() => provider.Dispose();

    /// <summary>Whether there is anything to do.</summary>
    public static bool IsWanted(TracingOptions tracing) =>
        tracing.Enabled && (HasEndpoint(tracing) || tracing.Console == true) && !string.Equals(Variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(Variable("OTEL_TRACES_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase);

    public static bool HasEndpoint(TracingOptions tracing) =>
        tracing.Endpoint is not null || Variable("OTEL_EXPORTER_OTLP_ENDPOINT") is not null || Variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") is not null;

    public static double RatioOf(PharosOptions options) =>
        options.Tracing.SampleRatio ?? (options.Tracing.SampleRatios.TryGetValue(options.Environment, out var ratio) ? ratio : 1);

    static void Configure(OtlpExporterOptions exporter, TracingOptions tracing)
    {
        if (tracing.Protocol is { } protocol) exporter.Protocol = protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (tracing.Endpoint is { } endpoint)
        {
            // The exporter adds the path only to addresses that come from a variable.
            var isBare = endpoint.AbsolutePath == "/";
            exporter.Endpoint = isBare && exporter.Protocol == OtlpExportProtocol.HttpProtobuf ? new Uri(endpoint, "v1/traces") : endpoint;
        }
        if (tracing.Headers.Count > 0) exporter.Headers = string.Join(',', tracing.Headers.Select(header => $"{header.Key}={header.Value}"));
    }

    static IEnumerable<KeyValuePair<string, object>> Attributes(PharosOptions options) =>
    [
        new("service.name", options.ServiceName),
        new("service.version", options.ServiceVersion),
        new("service.instance.id", string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}")),
        new("deployment.environment.name", options.Environment),
        // The name until 2024, which many dashboards still ask for.
        new("deployment.environment", options.Environment),
    ];

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
