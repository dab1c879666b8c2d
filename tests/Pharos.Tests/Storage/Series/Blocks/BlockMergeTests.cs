using Pharos.Storage.Bytes;
using Pharos.Storage.Series.Blocks;
using Xunit;

namespace Pharos.Tests.Storage.Series.Blocks;

public sealed class BlockMergeTests : IDisposable
{
    readonly SomeBlock some = new();

    [Fact]
    public void Blocks_that_follow_each_other_become_one()
    {
        var first = SomeBlock.Samples(480, i => i);
        var second = SomeBlock.Samples(480, i => 480 + i, startMs: first[^1].Item1 + 15_000);
        var merged = Merge(9, Tombstones.None, some.Write(1, (1, first), (2, first)), some.Write(2, (2, second), (3, second)));

        Assert.Equal(first, SomeBlock.Read(merged.Block!, 1));
        Assert.Equal([.. first, .. second], SomeBlock.Read(merged.Block!, 2));
        Assert.Equal(second, SomeBlock.Read(merged.Block!, 3));
        Assert.Equal([1UL, 2UL], merged.Block!.Meta.Replaces);
        Assert.Equal(SomeBlock.Labels(3), merged.Block.Labels().Last().Labels.ToArray());
        Assert.Equal((0L, 0L), (merged.DeletedSamples, merged.DuplicateSamples));
        merged.Block.Release();
    }

    [Fact]
    public void At_equal_times_the_lower_sequence_wins_whatever_the_order_of_the_inputs()
    {
        var older = some.Write(1, (1, [(10, 1), (30, 3)]));
        var newer = some.Write(2, (1, [(5, 0.5), (10, 99), (20, 2), (30, 99), (40, 4)]));

        var merged = Merge(3, Tombstones.None, newer, older);

        Assert.Equal([(5, 0.5), (10, 1), (20, 2), (30, 3), (40, 4)], SomeBlock.Read(merged.Block!, 1));
        Assert.Equal(2, merged.DuplicateSamples);
        merged.Block!.Release();
    }

    [Fact]
    public void Deleted_samples_are_left_out_for_good()
    {
        var block = some.Write(1, (1, [(10, 1), (20, 2)]), (2, [(10, 1), (20, 2)]));
        var later = some.Write(4, (2, [(15, 7)]));

        var merged = Merge(5, Tombstones.None.With([1], 0, 99, 2).With([2], 15, 20, 2), block, later);

        Assert.Equal([2UL], merged.Block!.Ids());
        Assert.Equal([(10, 1), (15, 7)], SomeBlock.Read(merged.Block, 2));
        Assert.Equal(3, merged.DeletedSamples);
        merged.Block.Release();
    }

    [Fact]
    public void A_merge_that_leaves_nothing_makes_no_block()
    {
        var merged = Merge(5, Tombstones.None.With([1], 0, 99, 2), some.Write(1, (1, [(10, 1)])));

        Assert.Null(merged.Block);
        Assert.Single(Directory.GetFiles(some.Folder));
    }

    [Fact]
    public void A_corrupt_input_is_named_and_nothing_is_published()
    {
        var good = some.Write(1, (1, [(10, 1)]));
        var bad = some.Write(2, (1, SomeBlock.Samples(1000, i => Math.Sqrt(i))));
        bad.Release();
        var bytes = File.ReadAllBytes(bad.Path);
        bytes[100] ^= 1;
        File.WriteAllBytes(bad.Path, bytes);

        var e = Assert.Throws<CorruptDataException>(() => BlockMerge.Run(some.Folder, 3, [good.Path, bad.Path], Tombstones.None, CancellationToken.None));

        Assert.Equal(bad.Path, e.Path);
        Assert.Equal(2, Directory.GetFiles(some.Folder).Length);
        good.Release();
    }

    [Fact]
    public void Random_overlapping_blocks_merge_as_a_dictionary_would()
    {
        var random = new Random(8);
        for (var round = 0; round < 30; round++)
        {
            var expected = new SortedDictionary<(ulong, long), double>();
            var blocks = new List<BlockReader>();
            for (ulong sequence = 1; sequence <= 4; sequence++)
            {
                var series = Enumerable.Range(0, 20).Where(_ => random.Next(2) == 0).Select(id => ((ulong)id, RandomSamples(random))).ToArray();
                if (series.Length == 0) continue;
                foreach (var (id, samples) in series)
                {
                    foreach (var (time, value) in samples) expected.TryAdd((id, time), value);
                }
                blocks.Add(some.Write((ulong)(round * 10) + sequence, series));
            }
            var merged = Merge((ulong)(round * 10) + 9, Tombstones.None, [.. blocks]);

            foreach (var id in expected.Keys.Select(k => k.Item1).Distinct())
            {
                Assert.Equal(expected.Where(e => e.Key.Item1 == id).Select(e => (e.Key.Item2, e.Value)), SomeBlock.Read(merged.Block!, id));
            }
            Assert.Empty(BlockVerifier.Verify(merged.Block!.Path, CancellationToken.None).Faults);
            merged.Block.Release();
        }
    }

    public void Dispose() => some.Dispose();

    MergeResult Merge(ulong sequence, Tombstones tombstones, params BlockReader[] blocks)
    {
        foreach (var block in blocks) block.Release();
        return BlockMerge.Run(some.Folder, sequence, [.. blocks.Select(b => b.Path)], tombstones, CancellationToken.None);
    }

    static (long, double)[] RandomSamples(Random random) =>
        [.. Enumerable.Range(0, 300).Where(_ => random.Next(3) == 0).Append(1000).Select(i => ((long)i, random.NextDouble()))];
}
