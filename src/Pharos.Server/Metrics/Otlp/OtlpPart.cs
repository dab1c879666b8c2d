using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Series;

namespace Pharos.Server.Metrics.Otlp;

/// <summary>Reads the <c>otlp</c> section.</summary>
sealed class OtlpPart : IConfigPart
{
    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file) => file.Add(OtlpReader.Read(file.Root.Section("otlp"), file.Of<SeriesConfig>().MetricNameValidation));

    public void Print(Configuration configuration, YamlWriter yaml) => yaml.Mapping("otlp", () =>
    {
        var otlp = configuration.Of<OtlpConfig>();
        if (otlp.PromoteAllResourceAttributes) yaml.Value("promote_all_resource_attributes", true);
        yaml.Texts("promote_resource_attributes", otlp.PromoteResourceAttributes);
        yaml.Texts("ignore_resource_attributes", otlp.IgnoreResourceAttributes);
        yaml.Value("translation_strategy", otlp.Translation.Word());
        if (otlp.KeepIdentifyingResourceAttributes) yaml.Value("keep_identifying_resource_attributes", true);
        if (otlp.ConvertHistogramsToNhcb) yaml.Value("convert_histograms_to_nhcb", true);
        if (otlp.PromoteScopeMetadata) yaml.Value("promote_scope_metadata", true);
        yaml.Value("label_name_underscore_sanitization", otlp.LabelNameUnderscoreSanitization);
        yaml.Value("label_name_preserve_multiple_underscores", otlp.LabelNamePreserveMultipleUnderscores);
    });
}
