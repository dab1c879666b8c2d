using Pharos.Model.Labels;
using Pharos.Model.Samples;

namespace Pharos.Server.Metrics.Exposition;

/// <summary>One sample of a family as a checker sees it. Labels are as written, without the name.</summary>
sealed record FamilySample(string Name, LabelSet Labels, double Value, long? TimestampMs);

/// <summary>A metric family of an exposition, for checks and lint; scraping never builds one.</summary>
sealed class MetricFamily(string name)
{
    public string Name { get; } = name;

    /// <summary>Null: there was no TYPE line.</summary>
    public MetricKind? Kind { get; set; }

    /// <summary>Null: there was no HELP line.</summary>
    public string? Help { get; set; }

    /// <summary>Null: there was no UNIT line.</summary>
    public string? Unit { get; set; }

    public List<FamilySample> Samples { get; } = [];
}
