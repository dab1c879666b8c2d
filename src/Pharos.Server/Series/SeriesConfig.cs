using Pharos.Model.Labels;
using Pharos.Server.Config;

namespace Pharos.Server.Series;

/// <summary>What all series of this server share: keys of <c>global</c> in prometheus.yml.</summary>
sealed record SeriesConfig : ISettings<SeriesConfig>
{
    public static SeriesConfig Default { get; } = new();

    /// <summary>Added when talking to the outside (federation, remote write and read, Alertmanager); variables are expanded.</summary>
    public LabelSet ExternalLabels { get; init; } = LabelSet.Empty;

    public NameValidation MetricNameValidation { get; init; } = NameValidation.Utf8;
}
