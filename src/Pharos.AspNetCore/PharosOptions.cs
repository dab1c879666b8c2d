namespace Pharos.AspNetCore;

/// <summary>What the application may set, in code or in the configuration section <c>Pharos</c>. All of it is optional.</summary>
public sealed class PharosOptions
{
    public const string Section = "Pharos";

    /// <summary>Path of the exposition.</summary>
    public string MetricsPath { get; set; } = "/metrics";

    /// <summary>Most series one instrument may have; further ones are folded into one whose labels are all <c>other</c>.</summary>
    public int MaxSeriesPerInstrument { get; set; } = 2_000;

    /// <summary>Upper bounds of histograms for which the instrument gives no advice; seconds for durations.</summary>
    public IList<double> HistogramBounds { get; } = [];

    /// <summary>Meters that are not exposed, by name.</summary>
    /// <remarks>ASP.NET Core's own request meter tells what the request metrics here tell already.</remarks>
    public ISet<string> IgnoredMeters { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Diagnostics", "Microsoft.AspNetCore.MemoryPool",
        "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Net.NameResolution", "Microsoft.Extensions.Diagnostics.HealthChecks",
    };
}
