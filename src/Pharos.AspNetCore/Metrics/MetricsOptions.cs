using Pharos.AspNetCore.Metrics.Requests;
using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Metrics;

/// <summary>What is measured and how it is exposed.</summary>
public sealed class MetricsOptions
{
    /// <summary>Path of the exposition.</summary>
    public string Path { get; set; } = "/metrics";

    /// <summary>Most series one metric may have, 1 to 1 000 000; further ones are folded into one whose labels are all <c>other</c>.</summary>
    public int MaxSeriesPerInstrument { get; set; } = 2_000;

    /// <summary>Upper bounds of histograms for which neither the instrument nor <see cref="Instruments"/> has any, in the instrument's own unit.</summary>
    public IList<double> HistogramBounds { get; } = [];

    /// <summary>Settings of single instruments, by the instrument's own name or by its name in the exposition.</summary>
    public IDictionary<string, InstrumentOptions> Instruments { get; } = new Dictionary<string, InstrumentOptions>(StringComparer.Ordinal);

    /// <summary>Whether the OpenMetrics text tells since when each counter and histogram counts, as lines that end in <c>_created</c>.</summary>
    /// <remarks>Off, since a Prometheus that is not told otherwise stores each of them as one more series. Protobuf has them always, where they cost nothing.</remarks>
    public bool WritesCreated { get; set; }

    /// <summary>The metrics of requests.</summary>
    public RequestMetricsOptions Requests { get; } = new();

    /// <summary>Meters that are not exposed, by name.</summary>
    /// <remarks>By default those of ASP.NET Core whose content the request metrics have already, or that are of interest to its authors.</remarks>
    public ISet<string> IgnoredMeters { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Diagnostics", "Microsoft.AspNetCore.MemoryPool",
        "Microsoft.AspNetCore.Server.Kestrel", "System.Net.NameResolution", "Microsoft.Extensions.Diagnostics.HealthChecks",
    };

    internal void Read(SettingsSection section)
    {
        Path = section.Path(nameof(Path), Path);
        MaxSeriesPerInstrument = section.Number(nameof(MaxSeriesPerInstrument), MaxSeriesPerInstrument, 1, 1_000_000);
        WritesCreated = section.Flag(nameof(WritesCreated), WritesCreated);
        foreach (var bound in section.Reals(nameof(HistogramBounds)) ?? []) HistogramBounds.Add(bound);
        foreach (var meter in section.Texts(nameof(IgnoredMeters)) ?? []) IgnoredMeters.Add(meter);
        foreach (var (name, own) in section.Children(nameof(Instruments)))
        {
            if (!Instruments.TryGetValue(name, out var instrument)) Instruments[name] = instrument = new();
            instrument.Read(own);
        }
        Requests.Read(section.Child(nameof(Requests)));
    }
}
