using Pharos.AspNetCore.Settings;

namespace Pharos.AspNetCore.Metrics;

/// <summary>How one instrument is exposed, where that differs from the rest.</summary>
public sealed class InstrumentOptions
{
    /// <summary>Name in the exposition, written as it shall appear. Null: made from the instrument's name and unit.</summary>
    public string? Name { get; set; }

    /// <summary>Help text. Null: the instrument's description.</summary>
    public string? Help { get; set; }

    /// <summary>Not exposed at all.</summary>
    public bool IsIgnored { get; set; }

    /// <summary>Most series. Null: <see cref="MetricsOptions.MaxSeriesPerInstrument"/>.</summary>
    public int? MaxSeries { get; set; }

    /// <summary>Upper bounds of a histogram's buckets, in its own unit. Empty: those that the instrument advises, else the general ones.</summary>
    public IList<double> Bounds { get; } = [];

    /// <summary>Also kept with exponential buckets and sent as a native histogram to scrapers that ask for protobuf. The text formats cannot carry those and show the chosen buckets.</summary>
    public bool IsNative { get; set; }

    /// <summary>Finest resolution of a native histogram, -4 to 8: buckets grow by 2^(2^-schema), so 3 gives 9 % and 8 gives 0.3 %.</summary>
    public int MaxSchema { get; set; } = 8;

    /// <summary>Most buckets on each side of zero, 10 to 10 000; a wider range of values halves the resolution until it fits.</summary>
    /// <remarks>At the lowest resolution all numbers there are take 132 buckets, which is then the limit.</remarks>
    public int MaxNativeBuckets { get; set; } = 160;

    internal void Read(SettingsSection section)
    {
        Name = section.OptionalText(nameof(Name), Name);
        Help = section.OptionalText(nameof(Help), Help);
        IsIgnored = section.Flag(nameof(IsIgnored), IsIgnored);
        if (section.Number(nameof(MaxSeries), 0, 1, 1_000_000) is > 0 and var most) MaxSeries = most;
        foreach (var bound in section.Reals(nameof(Bounds)) ?? []) Bounds.Add(bound);
        IsNative = section.Flag(nameof(IsNative), IsNative);
        MaxSchema = section.Number(nameof(MaxSchema), MaxSchema, -4, 8);
        MaxNativeBuckets = section.Number(nameof(MaxNativeBuckets), MaxNativeBuckets, 10, 10_000);
    }
}
