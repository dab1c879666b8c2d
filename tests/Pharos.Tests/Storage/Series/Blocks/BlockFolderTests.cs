using Pharos.Storage.Series.Blocks;
using Xunit;

namespace Pharos.Tests.Storage.Series.Blocks;

public sealed class BlockFolderTests : IDisposable
{
    readonly SomeBlock some = new();

    [Fact]
    public void Half_written_and_replaced_blocks_are_gone_after_a_start()
    {
        some.Write(1, (1, [(10, 1)])).Release();
        some.Write(2, (1, [(20, 2)])).Release();
        some.Write(3, [1, 2], (1, [(10, 1), (20, 2)])).Release();
        some.Write(4, (1, [(30, 3)])).Release();
        File.WriteAllText(Path.Combine(some.Folder, "5.block.tmp"), "half");

        var folder = BlockFolder.Open(some.Folder, TimeProvider.System);

        Assert.Equal([3UL, 4UL], folder.Blocks.Select(b => b.Sequence));
        Assert.Equal(4UL, folder.HighestSequence);
        Assert.Equal(["10-20-3.block", "30-30-4.block"], Directory.GetFiles(some.Folder).Select(Path.GetFileName).Order());
        Assert.Empty(folder.SetAside);
        foreach (var block in folder.Blocks) block.Release();
    }

    [Fact]
    public void A_torn_block_is_set_aside_with_the_reason_and_its_sequence_is_not_used_again()
    {
        some.Write(1, (1, [(10, 1)])).Release();
        var torn = some.Write(8, (1, [(20, 2)]));
        torn.Release();
        File.WriteAllBytes(torn.Path, File.ReadAllBytes(torn.Path)[..^3]);

        var folder = BlockFolder.Open(some.Folder, TimeProvider.System);

        Assert.Equal([1UL], folder.Blocks.Select(b => b.Sequence));
        var (path, reason) = Assert.Single(folder.SetAside);
        Assert.Equal(Path.Combine(some.Folder, "corrupt", "20-20-8.block"), path);
        Assert.Contains(torn.Path, reason, StringComparison.Ordinal);
        Assert.Contains(reason, File.ReadAllText(path + ".reason.txt"), StringComparison.Ordinal);
        foreach (var block in folder.Blocks) block.Release();
        Assert.Equal(8UL, BlockFolder.Open(some.Folder, TimeProvider.System).HighestSequence);
    }

    [Fact]
    public void A_snapshot_has_the_same_blocks_and_outlives_the_originals()
    {
        var block = some.Write(1, (1, [(10, 1)]));
        var target = Path.Combine(some.Folder, "snapshot");

        BlockFolder.Snapshot([block], target);
        block.Release();
        File.Delete(block.Path);

        var copy = Assert.Single(BlockFolder.Open(target, TimeProvider.System).Blocks);
        Assert.Equal([(10, 1)], SomeBlock.Read(copy, 1));
        copy.Release();
    }

    [Fact]
    public void Verifying_a_sound_block_counts_and_a_flipped_one_tells_the_page()
    {
        var block = some.Write(1, [.. Enumerable.Range(1, 500).Select(id => ((ulong)id, SomeBlock.Samples(300, i => Math.Sqrt(i * id))))]);
        block.Release();

        var sound = BlockVerifier.Verify(block.Path, CancellationToken.None);
        var bytes = File.ReadAllBytes(block.Path);
        bytes[70_000] ^= 4;
        File.WriteAllBytes(block.Path, bytes);
        var flipped = BlockVerifier.Verify(block.Path, CancellationToken.None);

        Assert.Empty(sound.Faults);
        Assert.Equal((500L, 150_000L, 1), (sound.Series, sound.Samples, sound.TimeColumns));
        Assert.StartsWith($"{block.Path}: byte 65536: expected crc ", Assert.Single(flipped.Faults));
    }

    [Theory]
    [InlineData("10-20-3.block", 10L, 20L)]
    [InlineData("/x-1/-30--20-3.block", -30L, -20L)]
    public void A_name_tells_the_times(string path, long minMs, long maxMs) => Assert.Equal((minMs, maxMs), BlockFormat.TimesOf(path));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("a-b-c.block")]
    [InlineData("10-20.block")]
    public void Another_name_tells_none(string path) => Assert.Null(BlockFormat.TimesOf(path));

    public void Dispose() => some.Dispose();
}
