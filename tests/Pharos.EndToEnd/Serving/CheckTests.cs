using Pharos.EndToEnd.Processes;

namespace Pharos.EndToEnd.Serving;

public sealed class CheckTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_fault_of_every_file_is_told_at_once()
    {
        folder.Write("prometheus.yml", "rule_files: ['*.rules.yml']\nscrape_configs: [{job_name: ''}]\n");
        folder.Write("a.rules.yml", "groups: [{name: g, rules: [{alert: A, expr: 'sum('}]}]\n");
        folder.Write("b.rules.yml", "groups: [\n");
        folder.Write("web.yml", "basic_auth_users: {me: plain}\n");

        var (exitCode, output, _) = await PharosProcess.RunAsync(folder.Path, "check", "config", ".");

        Assert.Equal(1, exitCode);
        foreach (var file in (string[])["prometheus.yml:2:", "a.rules.yml:1:", "b.rules.yml:2:", "web.yml:1:"]) Assert.Contains($"\n{file}", $"\n{output}");
        Assert.EndsWith(": 4 errors, 0 warnings\n", output);
    }

    [Fact]
    public async Task A_valid_folder_and_a_valid_file_end_with_zero()
    {
        folder.Write("prometheus.yml", "scrape_configs: [{job_name: a, consul_sd_configs: [{server: 'x:1'}]}]\n");

        var (byFolder, output, _) = await PharosProcess.RunAsync(folder.Path, "check", "config", ".");
        var (byFile, _, _) = await PharosProcess.RunAsync(folder.Path, "check", "config", "prometheus.yml");

        Assert.Equal((0, 0), (byFolder, byFile));
        Assert.Contains("consul_sd_configs: recognised, not supported yet", output);
        Assert.EndsWith(".: valid, 1 warnings\n", output);
    }

    [Theory]
    [InlineData("check", "config", "absent.yml")]
    [InlineData("check", "web-config", "absent.yml")]
    [InlineData("check", "nonsense")]
    [InlineData("check", "config")]
    [InlineData("nonsense")]
    public async Task What_cannot_be_checked_ends_with_one(params string[] arguments)
    {
        var (exitCode, output, error) = await PharosProcess.RunAsync(folder.Path, arguments);

        Assert.Equal(1, exitCode);
        Assert.NotEqual("", output + error);
    }

    [Fact]
    public async Task Help_and_version_answer()
    {
        var (help, text, _) = await PharosProcess.RunAsync(folder.Path, "serve", "--help");
        var (version, number, _) = await PharosProcess.RunAsync(folder.Path, "--version");

        Assert.Equal((0, 0), (help, version));
        Assert.Contains("--storage.tsdb.retention.time", text);
        Assert.Matches(@"^\d+\.\d+\.\d+", number);
    }
}
