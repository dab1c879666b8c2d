using Pharos.Storage.Series.Blocks;

namespace Pharos.Tests.Storage.Series;

/// <summary>One damaged place of one file: how much is still served, and that the next restart serves the same.</summary>
/// <remarks>
/// <para>Offsets are a fixed draw: some of each file, with a second restart after every third; with <c>PHAROS_LONG=1</c> 4,000 of each file, each one of
/// the smaller files.</para>
/// <para>Every bit of the single formats is tried in their own tests: checkpoint, frames, log, blocks.</para>
/// </remarks>
public sealed class SeriesStoreFlipTests
{
    const int OpenRun = 64;
    static readonly bool IsLong = Environment.GetEnvironmentVariable("PHAROS_LONG") == "1";

    [Fact]
    public async Task A_flip_in_the_checkpoint_costs_at_most_one_open_run()
    {
        await EveryOffset("checkpoint", (_, _, missing, told) =>
        {
            Assert.True(missing.Count <= 1 && missing.Values.Sum() <= OpenRun, Text(missing));
            if (missing.Count > 0) Assert.Contains(told, line => line.Contains("1 series miss what their open runs held", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task A_flip_in_a_file_of_frames_costs_at_most_one_frame()
    {
        await EveryOffset("head", (_, _, missing, _) => Assert.True(missing.Count <= 1 && missing.Values.Sum() <= OpenRun, Text(missing)));
    }

    [Fact]
    public async Task A_flip_in_the_log_costs_at_most_one_record()
    {
        await EveryOffset("wal", (_, _, missing, _) => Assert.True(missing.Values.Sum() <= 1, Text(missing)));
    }

    [Fact]
    public async Task A_flip_in_the_catalogue_costs_nothing()
    {
        await EveryOffset("catalogue", (_, _, missing, _) => Assert.Empty(missing));
    }

    [Fact]
    public async Task A_flip_in_the_tombstones_brings_back_what_was_deleted_and_costs_nothing_else()
    {
        await EveryOffset("tombstones", (_, _, missing, told) =>
        {
            Assert.Empty(missing);
            Assert.NotEmpty(told);
        });
    }

    [Fact]
    public async Task A_flip_in_a_block_costs_at_most_the_samples_of_its_page_and_nothing_where_it_meets_the_index()
    {
        long dataEnd = 0;
        await EveryOffset("blocks", (file, offset, missing, told) =>
        {
            if (dataEnd == 0) dataEnd = DataEnd(file);
            if (offset >= dataEnd) Assert.Empty(missing);
            else Assert.All(missing.Values, lost => Assert.InRange(lost, 0, FlippedStore.InBlocks));
            if (missing.Count > 0) Assert.NotEmpty(told);
        });

        static long DataEnd(string file)
        {
            var block = BlockReader.Open(file);
            try
            {
                return block.DataEnd;
            }
            finally
            {
                block.Release();
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(2000)]
    [InlineData(int.MaxValue)]
    public async Task Without_its_checkpoint_or_with_a_part_of_it_each_series_misses_at_most_its_open_run(int length)
    {
        await using var store = await FlippedStore.Make();
        var (file, bytes) = store.Files("checkpoint").Single();
        byte[]? left = length < 0 ? null : bytes[..Math.Min(length, bytes.Length - 1)];
        var (served, told) = await store.Open(file, left);
        var missing = store.Missing(served);
        Assert.All(missing.Where(lost => lost.Key.StartsWith('s')), lost => Assert.InRange(lost.Value, 0, OpenRun));
        Assert.NotEmpty(told);
        if (missing.Count > 0) Assert.Contains(told, line => line.Contains(" series miss ", StringComparison.Ordinal) && line.Contains(" between 2023-11-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_damaged_is_set_aside_once_however_often_the_store_opens()
    {
        await using var store = await FlippedStore.Make();
        foreach (var part in new[] { "checkpoint", "catalogue", "tombstones" })
        {
            var (file, bytes) = store.Files(part).First();
            var damaged = FlippedStore.Flip(bytes, bytes.Length / 2, 0x10);
            await store.Open(file, damaged);
            Assert.True(store.Keeps(damaged), $"{file} is nowhere any more");
            var count = Directory.GetFiles(store.Folder, "*", SearchOption.AllDirectories).Length;
            File.WriteAllBytes(Path.Combine(store.Folder, file), damaged);
            await using (var again = new TestStore(options => options with { Folder = store.Folder }))
            {
                Assert.NotEmpty(again.Store.Stats().SetAside);
                await again.Store.DisposeAsync();
                Assert.InRange(Directory.GetFiles(store.Folder, "*", SearchOption.AllDirectories).Length, 1, count + 4);
            }
        }
    }

    static async Task EveryOffset(string part, Action<string, int, Dictionary<string, int>, IReadOnlyList<string>> check)
    {
        await using var store = await FlippedStore.Make();
        var random = new Random(20_261_130);
        foreach (var (file, bytes) in store.Files(part))
        {
            var used = Used(bytes);
            var trials = IsLong ? Math.Min(used, 4000) : Math.Min(used, part is "wal" or "head" ? 5 : 14);
            for (var trial = 0; trial < trials; trial++)
            {
                var offset = trials == used ? trial : (int)((trial + random.NextDouble()) * used / trials);
                var mask = (byte)(trial % 3 == 0 ? random.Next(1, 256) : 1 << random.Next(8));
                var flipped = FlippedStore.Flip(bytes, offset, mask);
                try
                {
                    var (served, told) = await store.Open(file, flipped, alsoAgain: IsLong || trial % 3 == 0);
                    check(Path.Combine(store.Folder, file), offset, store.Missing(served), told);
                }
                catch (Exception error)
                {
                    throw new InvalidOperationException($"{file}: byte {offset} of {bytes.Length} ^ {mask:x2}: {error.Message}", error);
                }
            }
        }
    }

    /// <summary>Zeros at the end are room, and no content.</summary>
    static int Used(byte[] bytes) => Math.Min(bytes.Length, bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 9);

    static string Text(Dictionary<string, int> missing) => string.Join(", ", missing.Select(lost => $"{lost.Value} of {lost.Key}"));
}
