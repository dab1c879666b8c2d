using Pharos.Storage.Bytes;
using Pharos.Storage.Series.Blocks;
using Xunit;

namespace Pharos.Tests.Storage.Series.Blocks;

public sealed class TombstonesTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pharos-tombstones-").FullName;

    string Path => System.IO.Path.Combine(folder, "tombstones");

    [Fact]
    public void They_survive_the_round_trip_and_have_these_bytes()
    {
        Tombstones.None.With([3, 700], -5, 100, 9).With([700], 200, 300, 10).Save(Path);

        var loaded = Tombstones.Load(Path);

        Assert.Equal([new DeletedRange(-5, 100, 9)], loaded.Of(3));
        Assert.Equal([new DeletedRange(-5, 100, 9), new DeletedRange(200, 300, 10)], loaded.Of(700));
        Assert.Empty(loaded.Of(4));
        var bytes = File.ReadAllBytes(Path);
        Assert.Equal("50686172" + "6f735462" + "0100" + "02" + "03" + "01" + "09c80109" + "b905" + "02" + "09c80109" + "9003d8040a", Convert.ToHexStringLower(bytes[..^4]));
    }

    [Fact]
    public void A_missing_file_deletes_nothing() => Assert.True(Tombstones.Load(Path).IsEmpty);

    [Fact]
    public void A_cut_or_flipped_file_is_told()
    {
        Tombstones.None.With([3, 700], -5, 100, 9).Save(Path);
        var bytes = File.ReadAllBytes(Path);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(Path, bytes[..length]);
            Assert.Throws<CorruptDataException>(() => Tombstones.Load(Path));
        }
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(Path, bytes);
            Assert.Throws<CorruptDataException>(() => Tombstones.Load(Path));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void They_take_samples_from_and_through_out_of_older_blocks_only()
    {
        var tombstones = Tombstones.None.With([1], 20, 40, 5);

        Assert.Equal([(10, 1), (50, 5)], Apply(tombstones, 1, blockSequence: 5));
        Assert.Equal(5, Apply(tombstones, 1, blockSequence: 6).Length);
        Assert.Equal(5, Apply(tombstones, 2, blockSequence: 5).Length);
    }

    [Fact]
    public void A_wider_range_replaces_the_narrower_ones()
    {
        var tombstones = Tombstones.None.With([1], 20, 40, 5).With([1], 10, 50, 6).With([1], 15, 16, 4);

        Assert.Equal([new DeletedRange(10, 50, 6)], tombstones.Of(1));
    }

    [Fact]
    public void Ranges_that_no_block_needs_are_dropped()
    {
        var tombstones = Tombstones.None.With([1], 20, 40, 5).With([2], 90, 95, 5);

        var needed = tombstones.NeededBy([new BlockMeta(0, 50, 5, [], 1, 1, 1), new BlockMeta(60, 99, 6, [], 1, 1, 1)]);

        Assert.Equal((1, 0), (needed.Of(1).Count, needed.Of(2).Count));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static (long, double)[] Apply(Tombstones tombstones, ulong id, ulong blockSequence)
    {
        var columns = SomeBlock.Columns((10, 1), (20, 2), (30, 3), (40, 4), (50, 5));
        tombstones.Apply(id, blockSequence, columns, 0);
        return SomeBlock.Floats(columns);
    }
}
