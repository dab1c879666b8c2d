using System.Runtime.CompilerServices;
using Pharos.Server.Rules.Commands;

namespace Pharos.Tests.Server.Rules.Testing;

/// <summary>The rules that the demo serves, by their own unit tests.</summary>
public class MonitoringFolderTests
{
    [Fact]
    public void The_rules_of_the_demo_are_sound_and_pass_their_tests()
    {
        var folder = MonitoringFolder();
        using var output = new StringWriter();

        var check = CheckRulesCommand.Run([Path.Combine(folder, "alerts.yml"), Path.Combine(folder, "records.yml")], false, true, output);
        var test = TestRulesCommand.Run(Directory.GetFiles(Path.Combine(folder, "tests"), "*.yml"), [], false, output, TestContext.Current.CancellationToken);

        Assert.True((check, test) == (0, 0), output.ToString());
    }

    static string MonitoringFolder([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(here).Parent;
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "monitoring"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "monitoring");
    }
}
