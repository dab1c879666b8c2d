using Pharos.Server.Config;
using Pharos.Server.Config.Yaml;
using Pharos.Server.Rules.Commands;


namespace Pharos.Tests.Monitoring;

/// <summary>The folder that the demo serves, and that users copy: its rules are right, and every alert is shown to fire and not to.</summary>
public sealed class MonitoringFolderTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "monitoring");

    public static TheoryData<string> TestFiles => [.. Directory.EnumerateFiles(Path.Combine(Folder, "tests"), "*.yml").Select(path => Path.GetFileName(path))];

    static IReadOnlyList<string> RuleFiles => [.. Directory.EnumerateFiles(Folder, "*.yml", SearchOption.AllDirectories)
        .Where(path => Path.GetFileName(path) is not ("prometheus.yml" or "alertmanager.yml") && Path.GetFileName(Path.GetDirectoryName(path)) != "tests").Order(StringComparer.Ordinal)];

    [Fact]
    public void No_rule_has_a_fault()
    {
        var output = new StringWriter();

        var code = CheckRulesCommand.Run(RuleFiles, ignoreUnknownKeys: false, lintIsFatal: true, output);

        Assert.True(code == 0, output.ToString());
    }

    [Theory]
    [MemberData(nameof(TestFiles))]
    public void The_tests_of_the_rules_pass(string file)
    {
        var output = new StringWriter();

        var code = TestRulesCommand.Run([Path.Combine(Folder, "tests", file)], [], ignoreUnknownKeys: false, output, TestContext.Current.CancellationToken);

        Assert.True(code == 0, output.ToString());
    }

    [Fact]
    public void Every_alert_is_shown_to_fire_and_not_to()
    {
        var alerts = RuleFiles.Select(Read).SelectMany(root => Items(root, "groups")).SelectMany(group => Items(group, "rules")).Select(rule => Text(rule, "alert")).OfType<string>().ToList();
        var tests = TestFiles.Select(row => Read(Path.Combine(Folder, "tests", row.Data))).SelectMany(root => Items(root, "tests")).SelectMany(test => Items(test, "alert_rule_test")).ToList();
        var firing = tests.Where(test => Items(test, "exp_alerts").Count > 0).Select(test => Text(test, "alertname")).ToHashSet();
        var quiet = tests.Where(test => Items(test, "exp_alerts").Count == 0).Select(test => Text(test, "alertname")).ToHashSet();

        Assert.True(alerts.Count > 25);
        Assert.Empty(alerts.Where(alert => !firing.Contains(alert)));
        Assert.Empty(alerts.Where(alert => !quiet.Contains(alert)));
    }

    static YamlMapping Read(string path) => (YamlMapping)new ConfigSource().ReadYaml(path)!;

    static IReadOnlyList<YamlMapping> Items(YamlMapping mapping, string key) => mapping.Find(key)?.Value is YamlSequence list ? [.. list.Items.OfType<YamlMapping>()] : [];

    static string? Text(YamlMapping mapping, string key) => (mapping.Find(key)?.Value as YamlScalar)?.Text;
}
