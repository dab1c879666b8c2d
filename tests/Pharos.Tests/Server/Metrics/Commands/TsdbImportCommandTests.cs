using Pharos.Server.Metrics.Commands;
using Xunit;

namespace Pharos.Tests.Server.Metrics.Commands;

public sealed class TsdbImportCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-import-").FullName;
    readonly StringWriter output = new() { NewLine = "\n" };

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_with_what_to_name_instead()
    {
        Assert.Equal(1, await Run("/none"));
        Assert.Equal("/none: no such folder; name the folder that Prometheus was given as --storage.tsdb.path\n", output.ToString());
    }

    [Fact]
    public async Task A_folder_without_blocks_says_where_the_samples_are()
    {
        Assert.Equal(0, await Run(folder));
        Assert.Equal($"0 blocks, 0 samples, 0 bytes, 0 faults\n{folder} has no blocks; a Prometheus younger than two hours has its samples in its log alone\n", output.ToString());
    }

    [Fact]
    public async Task A_broken_block_is_told_and_fails_the_command()
    {
        Directory.CreateDirectory(Path.Combine(folder, "block"));
        File.WriteAllText(Path.Combine(folder, "block", "meta.json"), "{");

        Assert.Equal(1, await Run(folder));
        Assert.StartsWith($"FAULT {folder}/block/meta.json: byte 0: expected the meta.json of a block, found ", output.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    Task<int> Run(string source) => TsdbImportCommand.RunAsync(source, Path.Combine(folder, "store"), output, CancellationToken.None);
}
