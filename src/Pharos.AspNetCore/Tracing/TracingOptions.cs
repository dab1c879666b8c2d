using System.Globalization;
using Pharos.AspNetCore.Database;
using Pharos.AspNetCore.Redis;
using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Tracing;

/// <summary>Traces by OpenTelemetry: section <c>Pharos:Tracing</c>. Off while there is nowhere to send them.</summary>
/// <remarks>The variables <c>OTEL_*</c> of the OpenTelemetry specification hold where nothing is set here; <c>OTEL_SDK_DISABLED</c>, <c>OTEL_SERVICE_NAME</c>,
/// <c>OTEL_RESOURCE_ATTRIBUTES</c> and <c>OTEL_TRACES_SAMPLER</c> always.</remarks>
public sealed class TracingOptions
{
    /// <summary>False switches all of it off.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Where spans go, such as <c>http://localhost:4317</c>. Default: <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c>, <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, else nowhere.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>How they travel. Default: <c>OTEL_EXPORTER_OTLP_TRACES_PROTOCOL</c>, <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, else gRPC.</summary>
    public OtlpProtocol? Protocol { get; set; }

    /// <summary>Headers of each export, such as a tenant or a key; values without commas.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Share of traces that begin here and are kept, 0 to 1; a trace that began elsewhere is kept when it is kept there.
    /// Default: that of the environment in <see cref="SampleRatios"/>, else 1.</summary>
    public double? SampleRatio { get; set; }

    /// <summary>Shares by environment. By default 0.1 in production.</summary>
    public IDictionary<string, double> SampleRatios { get; } = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase) { ["production"] = 0.1 };

    /// <summary>Names of the activity sources that are listened to; a star stands for any letters.</summary>
    public ISet<string> Sources { get; } = new HashSet<string>(StringComparer.Ordinal) { "Microsoft.AspNetCore", "System.Net.Http", "Npgsql", DatabaseMonitor.ActivitySourceName, RedisClient.ActivitySourceName };

    /// <summary>Whether each span is a line on the console. Default: in Development, as long as there is no <see cref="Endpoint"/>.</summary>
    public bool? Console { get; set; }

    internal void Read(SettingsSection section)
    {
        Enabled = section.Flag(nameof(Enabled), Enabled);
        Endpoint = section.Url(nameof(Endpoint), Endpoint);
        if (section.OptionalText(nameof(Protocol), null) is not null) Protocol = section.Choice(nameof(Protocol), OtlpProtocol.Grpc);
        foreach (var (name, value) in section.Pairs(nameof(Headers)))
        {
            // OpenTelemetry's exporter takes all headers as one text with commas between them, which nothing escapes.
            if (value.Contains(',', StringComparison.Ordinal)) section.Fault($"{nameof(Headers)}:{name}", "(not shown: it may be a key)", "write a value without commas");
            else Headers[name] = value;
        }
        if (section.OptionalText(nameof(SampleRatio), null) is not null) SampleRatio = section.Real(nameof(SampleRatio), 1, 0, 1);
        foreach (var (environment, text) in section.Pairs(nameof(SampleRatios)))
        {
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1) SampleRatios[environment] = ratio;
            else section.Fault($"{nameof(SampleRatios)}:{environment}", text, "write a number from 0 to 1");
        }
        foreach (var source in section.Texts(nameof(Sources)) ?? []) Sources.Add(source);
        if (section.OptionalText(nameof(Console), null) is not null) Console = section.Flag(nameof(Console), false);
    }
}
