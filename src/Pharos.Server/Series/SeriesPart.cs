using Pharos.Model.Labels;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;

namespace Pharos.Server.Series;

/// <summary>Reads what all series share. Before all parts that check names by it.</summary>
sealed class SeriesPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file)
    {
        if (file.Root.Shared("global") is not { } global) return;
        var validation = ReadValidation(global, NameValidation.Utf8);
        file.Add(new SeriesConfig { MetricNameValidation = validation, ExternalLabels = ReadExternalLabels(global, validation) });
    }

    public void Print(Configuration configuration, YamlWriter yaml)
    {
        var series = configuration.Of<SeriesConfig>();
        yaml.Mapping("global", () =>
        {
            yaml.Labels("external_labels", series.ExternalLabels);
            yaml.Value("metric_name_validation_scheme", series.MetricNameValidation.Text());
        });
    }

    /// <summary>Which names are allowed, in <c>global</c> or in one job.</summary>
    public static NameValidation ReadValidation(YamlSection section, NameValidation otherwise) => section.OneOf("metric_name_validation_scheme", "utf8", "legacy", "") switch
    {
        "utf8" => NameValidation.Utf8,
        "legacy" => NameValidation.Legacy,
        _ => otherwise,
    };

    static LabelSet ReadExternalLabels(YamlSection section, NameValidation scheme)
    {
        var unset = new List<string>();
        var labels = section.Labels("external_labels", scheme).Select(label =>
            new Label(label.Name, EnvironmentText.ExpandAsPrometheus(label.Value, section.Source.Environment, unset)));
        var expanded = LabelSet.From(labels);
        foreach (var name in unset.Distinct()) section.Warn("external_labels", $"environment variable ${name} is not set and becomes nothing; set it, or write $$ for a dollar");
        return expanded;
    }
}
