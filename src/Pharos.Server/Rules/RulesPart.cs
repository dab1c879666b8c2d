using Pharos.Model.Diagnostics;
using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Series;

namespace Pharos.Server.Rules;

/// <summary>Reads <c>rule_files</c> with all files they reach, and what <c>global</c> says of rules.</summary>
sealed class RulesPart : IConfigPart
{
    const int MaxRuleFileBytes = 4 << 20;

    public ConfigFile File => ConfigFile.Prometheus;

    public void Read(FileReading file)
    {
        var global = file.Root.Shared("global");
        var patterns = file.Root.FilePatterns("rule_files");
        var validation = file.Of<SeriesConfig>().MetricNameValidation;
        file.Add(new RulesConfig
        {
            NamedIn = file.Path,
            EvaluationInterval = global?.Duration("evaluation_interval") is { Ticks: > 0 } written ? written : RulesConfig.Default.EvaluationInterval,
            QueryOffset = global?.Duration("rule_query_offset") ?? TimeSpan.Zero,
            FilePatterns = patterns,
            Files = [.. patterns.SelectMany(ConfigPaths.Glob).Distinct().Select(path => RuleFileReader.Read(file.Source, path, validation))],
        });
    }

    public void Print(Configuration configuration, YamlWriter yaml)
    {
        var rules = configuration.Of<RulesConfig>();
        yaml.Mapping("global", () =>
        {
            yaml.Value("evaluation_interval", rules.EvaluationInterval);
            if (rules.QueryOffset > TimeSpan.Zero) yaml.Value("rule_query_offset", rules.QueryOffset);
        });
        yaml.Texts("rule_files", rules.FilePatterns);
    }

    /// <summary>Files of the folder that hold rule groups although no <c>rule_files</c> reaches them: their alerts would never fire.</summary>
    /// <remarks>Those below a folder <c>optional</c> say by their place that this is meant.</remarks>
    public void Check(Configuration configuration, ConfigSource source)
    {
        if (source.Folder is not { } folder) return;
        var rules = configuration.Of<RulesConfig>();
        var reached = rules.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var mend = rules.NamedIn is null ? "write a prometheus.yml with rule_files that names it" : $"add it to rule_files in {ConfigSource.Show(rules.NamedIn)}";
        var unreached = FolderDiscovery.YamlFiles(folder, source.DataFolder)
            .Where(path => !reached.Contains(path) && !path.Contains("/optional/", StringComparison.Ordinal) && HoldsRuleGroups(path));
        source.Diagnostics.AddRange(unreached
            .Select(path => Diagnostic.Warning(ConfigSource.Show(path), 0, 0, $"holds rule groups, but no rule_files reaches it, so that its rules are never evaluated; {mend}")));
    }

    /// <summary>A list <c>groups</c> at the top whose items have <c>rules</c>. Files that cannot be read are nobody's rule files.</summary>
    static bool HoldsRuleGroups(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxRuleFileBytes) return false;
            return YamlReader.Read(path, System.IO.File.ReadAllBytes(path), []) is YamlMapping root
                && root.Find("groups")?.Value is YamlSequence { Items: [YamlMapping group, ..] } && group.Find("rules") is not null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
