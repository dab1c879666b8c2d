using Pharos.Server.Metrics.Commands;
using Pharos.Tests.Storage.Series.Blocks;
using Xunit;

namespace Pharos.Tests.Server.Metrics.Commands;

public sealed class TsdbCommandTests : IDisposable
{
    readonly SomeBlock some = new();
    readonly StringWriter output = new() { NewLine = "\n" };

    [Fact]
    public void Verify_tells_sound_blocks_oldest_first_and_the_sum()
    {
        some.Write(2, (1, [(10_000, 1)]), (2, [(10_000, 1), (20_000, 2)])).Release();
        some.Write(1, (1, [(30_000, 1)])).Release();

        Assert.Equal(0, TsdbVerifyCommand.Run(some.Folder, output, CancellationToken.None));

        Assert.Equal("sound 10000-20000-2.block: 2 series, 3 samples\nsound 30000-30000-1.block: 1 series, 1 samples\n2 blocks, 4 samples, 0 faults\n", output.ToString());
    }

    [Fact]
    public void Verify_tells_a_flipped_byte_with_file_and_offset_and_fails()
    {
        var block = some.Write(1, (1, [(10_000, 1)]));
        block.Release();
        var bytes = File.ReadAllBytes(block.Path);
        bytes[20] ^= 1;
        File.WriteAllBytes(block.Path, bytes);

        Assert.Equal(1, TsdbVerifyCommand.Run(block.Path, output, CancellationToken.None));

        Assert.StartsWith($"FAULT {block.Path}: byte 0: expected crc ", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("1 blocks, 0 samples, 1 faults\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_not_there_is_told_with_what_to_name_instead()
    {
        Assert.Equal(1, TsdbVerifyCommand.Run("/none", output, CancellationToken.None));
        Assert.Equal("/none: no such file or folder; name the folder that `serve` was given as --data\n", output.ToString());
    }

    [Fact]
    public void Analyze_lists_blocks_and_the_largest_labels()
    {
        some.Write(1, (1, SomeBlock.Samples(100, i => i)), (2, SomeBlock.Samples(50, i => i))).Release();

        Assert.Equal(0, TsdbAnalyzeCommand.Run(some.Folder, 1, output, CancellationToken.None));

        var text = output.ToString();
        Assert.Contains("2026-01-01 00:00:00Z  2026-01-01 00:24:45Z          2           150", text, StringComparison.Ordinal);
        Assert.Contains("series by metric name\n           2  up\n", text, StringComparison.Ordinal);
        Assert.Contains("samples by metric name\n         150  up\n", text, StringComparison.Ordinal);
        Assert.Contains("values by label name\n           2  instance\n", text, StringComparison.Ordinal);
        Assert.Contains("series by label pair\n           2  __name__=up\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Analyze_of_an_empty_store_says_where_the_samples_are()
    {
        Assert.Equal(0, TsdbAnalyzeCommand.Run(some.Folder, 1, output, CancellationToken.None));
        Assert.Contains("no blocks yet", output.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => some.Dispose();
}
