using Pharos.Storage.Series.Blocks;
using Xunit;

namespace Pharos.Tests.Storage.Series.Blocks;

public class MergePlannerTests
{
    const long Hour = 3_600_000;

    static readonly MergePolicy TwoHours = new(TimeSpan.FromHours(2), TimeSpan.FromDays(31));

    [Fact]
    public void Three_blocks_of_a_full_window_become_one() =>
        Assert.Equal([1, 2, 3], Plan([Block(1, 0, 2), Block(2, 2, 4), Block(3, 4, 6), Block(4, 6, 8)]));

    [Fact]
    public void A_window_that_may_still_grow_waits() =>
        Assert.Empty(Plan([Block(1, 0, 2), Block(2, 2, 4), Block(3, 4, 6)]));

    [Fact]
    public void Merged_blocks_grow_into_the_next_window() =>
        Assert.Equal([4, 8, 12], Plan([Block(4, 0, 6), Block(8, 6, 12), Block(12, 12, 18), Block(13, 18, 20)]));

    [Fact]
    public void Overlapping_blocks_come_first_with_all_that_hang_on_them() =>
        Assert.Equal([2, 3, 9], Plan([Block(1, 0, 2), Block(2, 4, 6), Block(3, 6, 8), Block(9, 5, 7), Block(5, 8, 10), Block(6, 10, 12)]));

    [Fact]
    public void A_handful_of_late_samples_does_not_rewrite_a_large_block_until_they_are_many()
    {
        var large = new BlockMeta(0, 18 * Hour, 1, [], 1, 1, SizeBytes: 1_000_000);
        var late = Enumerable.Range(2, 7).Select(i => new BlockMeta(i * Hour, (i * Hour) + 1, (ulong)i, [], 1, 1, SizeBytes: 1_000)).ToArray();

        Assert.Empty(Plan([large, late[0]]));
        Assert.Equal([2, 3], Plan([large, .. late[..2]])); // The late ones gather among themselves.
        Assert.Equal([1, 2], Plan([large, late[0] with { SizeBytes = 125_000 }]));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Plan([large, .. late]));
    }

    [Fact]
    public void A_merge_never_turns_who_wins_at_equal_times()
    {
        var large = new BlockMeta(0, 18 * Hour, 2, [], 1, 1, SizeBytes: 1_000_000);
        var older = new BlockMeta(2 * Hour, 3 * Hour, 1, [], 1, 1, SizeBytes: 10);
        var newer = new BlockMeta((3 * Hour) + 1, 3 * Hour + 5, 3, [], 1, 1, SizeBytes: 10);

        Assert.Empty(Plan([older, large, newer])); // Of 1 and 3 alone the result would lose to 2, which 1 wins over.
    }

    [Fact]
    public void One_block_is_left_alone() => Assert.Empty(Plan([Block(1, 0, 2)]));

    [Fact]
    public void No_block_outgrows_the_largest_span()
    {
        var policy = MergePolicy.For(TimeSpan.FromHours(2), TimeSpan.FromDays(1));

        Assert.Equal(TimeSpan.FromHours(2.4), policy.LargestSpan);
        Assert.Empty(MergePlanner.Next([Block(1, 0, 2), Block(2, 2.4, 4.4), Block(3, 4.8, 6.8), Block(4, 8, 10)], policy).Select(b => b.Sequence));
        Assert.Equal(TimeSpan.FromDays(31), MergePolicy.For(TimeSpan.FromHours(2), null).LargestSpan);
    }

    [Fact]
    public void Planning_to_the_end_settles_and_rewrites_each_sample_a_few_times()
    {
        var blocks = new List<BlockMeta>();
        var (sequence, rewritten) = (0UL, 0L);
        for (var i = 0; i < 12 * 90; i++) // 90 days of 2 h blocks.
        {
            blocks.Add(Block(++sequence, i * 2, i * 2 + 2));
            while (MergePlanner.Next(blocks, TwoHours) is { Count: > 0 } plan)
            {
                blocks.RemoveAll(plan.Contains);
                blocks.Add(new BlockMeta(plan.Min(b => b.MinMs), plan.Max(b => b.MaxMs), ++sequence, [], 1, plan.Sum(b => b.SampleCount), 1));
                rewritten += plan.Sum(b => b.SampleCount);
            }
        }
        Assert.InRange(blocks.Count, 1, 16);
        Assert.InRange(rewritten / (12.0 * 90), 1, 6);
    }

    static ulong[] Plan(BlockMeta[] blocks) => [.. MergePlanner.Next(blocks, TwoHours).Select(b => b.Sequence)];

    static BlockMeta Block(ulong sequence, double fromHour, double untilHour) =>
        new((long)(fromHour * Hour), (long)(untilHour * Hour) - 1, sequence, [], 1, 1, 1);
}
