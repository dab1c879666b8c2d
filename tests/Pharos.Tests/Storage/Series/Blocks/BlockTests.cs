using Pharos.Model.Samples;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series;
using Pharos.Storage.Series.Blocks;
using Xunit;

namespace Pharos.Tests.Storage.Series.Blocks;

public sealed class BlockTests : IDisposable
{
    readonly SomeBlock some = new();

    [Fact]
    public void A_block_gives_back_what_was_written_and_tells_what_it_holds()
    {
        var counter = SomeBlock.Samples(480, i => 100 + 3 * i);
        var gauge = SomeBlock.Samples(480, i => Math.Sin(i), stepMs: 14_000);
        var block = some.Write(7, [3, 4], (1, counter), (2, [(5, 1)]), (900, gauge));

        Assert.Equal(counter, SomeBlock.Read(block, 1));
        Assert.Equal([(5, 1)], SomeBlock.Read(block, 2));
        Assert.Equal(gauge, SomeBlock.Read(block, 900));
        Assert.Empty(SomeBlock.Read(block, 0));
        Assert.Empty(SomeBlock.Read(block, 3));
        Assert.Empty(SomeBlock.Read(block, 901));
        Assert.Equal((5L, counter[^1].Item1), (block.MinMs, block.MaxMs));
        Assert.Equal((7UL, 3L, 961L), (block.Sequence, block.SeriesCount, block.SampleCount));
        Assert.Equal([3UL, 4UL], block.Meta.Replaces);
        Assert.Equal([1UL, 2UL, 900UL], block.Ids());
        Assert.Equal(Path.Combine(some.Folder, $"5-{counter[^1].Item1}-7.block"), block.Path);
        Assert.Equal(new FileInfo(block.Path).Length, block.SizeBytes);
        block.Release();
    }

    [Theory]
    [InlineData(long.MinValue, long.MaxValue, 0, 300)]
    [InlineData(-1, 0, 0, 1)]
    [InlineData(0, 10, 1, 2)]
    [InlineData(1279, 1281, 128, 129)]
    [InlineData(1270, 1280, 128, 129)]
    [InlineData(995, 2995, 100, 300)]
    [InlineData(2990, 9999, 300, 300)]
    [InlineData(-100, -1, 0, 0)]
    [InlineData(50, 50, 0, 0)]
    public void Reading_takes_after_exclusive_through_inclusive(long afterMs, long throughMs, int first, int end)
    {
        var samples = SomeBlock.Samples(300, i => i * i, startMs: 0, stepMs: 10);
        var block = some.Write(1, (1, samples));

        Assert.Equal(samples[first..end], SomeBlock.Read(block, 1, afterMs, throughMs));
        Assert.Equal(end > first, new BlockCursor(block).Covers(1, afterMs, throughMs));
        block.Release();
    }

    [Fact]
    public void Series_sampled_together_share_their_time_column()
    {
        var alone = some.Write(1, (1, SomeBlock.Samples(480, i => i % 7)));
        var shared = some.Write(2, [.. Enumerable.Range(1, 100).Select(id => ((ulong)id, SomeBlock.Samples(480, i => i % 7)))]);
        var interleaved = some.Write(3, [.. Enumerable.Range(1, 100).Select(id => ((ulong)id, SomeBlock.Samples(480, i => i % 7, stepMs: 15_000 + id % 20)))]);

        Assert.Equal((1, 1, 20), (alone.ColumnCount, shared.ColumnCount, interleaved.ColumnCount));
        alone.Release();
        shared.Release();
        interleaved.Release();
    }

    [Fact]
    public void Columns_of_other_length_with_the_same_bytes_stay_apart()
    {
        var block = some.Write(1, (1, SomeBlock.Samples(3, i => i)), (2, SomeBlock.Samples(4, i => i)));

        Assert.Equal(3, SomeBlock.Read(block, 1).Length);
        Assert.Equal(4, SomeBlock.Read(block, 2).Length);
        block.Release();
    }

    [Fact]
    public void Long_series_are_cut_into_several_chunks()
    {
        var samples = SomeBlock.Samples(20_000, i => i % 1000 / 10.0);
        var block = some.Write(1, (1, samples));

        Assert.Equal(3, new BlockCursor(block).Chunks(1).Length);
        Assert.Equal(samples, SomeBlock.Read(block, 1));
        Assert.Equal(samples[8000..9000], SomeBlock.Read(block, 1, samples[7999].Item1, samples[8999].Item1));
        block.Release();
    }

    [Fact]
    public void Floats_and_histograms_of_one_series_are_merged_by_time()
    {
        var columns = new SampleColumns();
        for (var i = 0; i < 300; i++)
        {
            if (i % 3 == 0) columns.Add(i, i / 2.0);
            else columns.Add(i, SomeBlock.Histogram(i, buckets: i < 150 ? 3u : 4u));
            columns.SetStartTime(i < 200 ? 0 : 77);
        }
        using var writer = new BlockWriter(some.Folder, 1, []);
        writer.AddSeries(5, [], columns);
        var block = writer.Publish();

        var read = new SampleColumns();
        Assert.True(new BlockCursor(block).Read(5, 99, 250, read));

        Assert.Equal(151, read.Count);
        for (var i = 0; i < read.Count; i++)
        {
            var at = 100 + i;
            Assert.Equal(at, read.TimesMs[i]);
            Assert.Equal(at < 200 ? 0 : 77, read.StartTimesMs![i]);
            if (at % 3 == 0) Assert.Equal(at / 2.0, read.Values[i]);
            else AssertSame(columns.Histograms![at]!, read.Histograms![i]!);
        }
        block.Release();
    }

    [Fact]
    public void Labels_come_back_for_repair()
    {
        var block = some.Write(1, [.. Enumerable.Range(1, 5000).Select(id => ((ulong)id * 3, new[] { (1L, 1.0) }))]);

        var labels = block.Labels().ToList();

        Assert.Equal(5000, labels.Count);
        Assert.All(labels, series => Assert.Equal(SomeBlock.Labels(series.Id), series.Labels.ToArray()));
        Assert.InRange(block.SizeBytes / 5000.0, 0, 40);
        block.Release();
    }

    [Fact]
    public void Random_series_survive_and_every_range_equals_a_plain_filter()
    {
        var random = new Random(5);
        var series = Enumerable.Range(0, 200).Select(i => ((ulong)(i * 10 + random.Next(10)), RandomSamples(random))).ToArray();
        var block = some.Write(1, series);

        foreach (var (id, samples) in series)
        {
            Assert.Equal(samples, SomeBlock.Read(block, id));
            var from = random.NextInt64(-10, 5000);
            var until = from + random.NextInt64(4000);
            Assert.Equal(samples.Where(s => s.Item1 > from && s.Item1 <= until), SomeBlock.Read(block, id, from, until));
        }
        block.Release();
    }

    [Fact]
    public void A_file_cut_at_any_byte_does_not_open()
    {
        var block = some.Write(1, (1, SomeBlock.Samples(10, i => i)), (2, SomeBlock.Samples(10, i => i * 0.1)));
        var bytes = File.ReadAllBytes(block.Path);
        block.Release();
        var path = Path.Combine(some.Folder, "cut");
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            var e = Assert.Throws<CorruptDataException>(() => BlockReader.Open(path));
            Assert.StartsWith(path, e.Message);
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_told_or_mended_and_never_gives_other_samples()
    {
        var samples = SomeBlock.Samples(10, i => i * 0.1);
        var block = some.Write(1, (1, samples), (2, samples));
        var bytes = File.ReadAllBytes(block.Path);
        var (path, dataEnd) = (block.Path, block.DataEnd);
        block.Release();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(path, bytes);
            var flipped = BlockReader.Open(path);
            try
            {
                var isData = bit / 8 >= BlockFormat.HeaderBytes && bit / 8 < dataEnd;
                if (isData)
                {
                    Assert.Throws<CorruptDataException>(() => SomeBlock.Read(flipped, 2));
                }
                else
                {
                    Assert.Equal(samples, SomeBlock.Read(flipped, 2));
                    Assert.Equal([1UL, 2UL], flipped.Ids());
                    Assert.NotNull(flipped.Mended);
                }
            }
            finally
            {
                flipped.Release();
            }
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void Damage_costs_the_chunks_of_its_page_and_is_told_by_series_and_time()
    {
        var random = new Random(3);
        var samples = Enumerable.Range(0, 40).Select(_ => SomeBlock.Samples(1000, _ => random.NextDouble())).ToArray();
        var block = some.Write(1, [.. samples.Select((own, i) => ((ulong)i + 1, own))]);
        var path = block.Path;
        block.Release();
        var bytes = File.ReadAllBytes(path);
        bytes[(2 * BlockFormat.PageBytes) + 77] ^= 4;
        File.WriteAllBytes(path, bytes);

        var damaged = BlockReader.Open(path);
        var skipped = new List<(long, long)>();
        var cursor = new BlockCursor(damaged, (_, fromMs, throughMs) => skipped.Add((fromMs, throughMs)));
        var whole = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var columns = new SampleColumns();
            if (cursor.Read((ulong)i + 1, long.MinValue, long.MaxValue, columns)) whole++;
            else continue;
            Assert.Equal(samples[i], SomeBlock.Floats(columns));
        }
        Assert.InRange(whole, 25, 38); // Some eight chunks lie in the page, one of them ends in it, one begins.
        Assert.Equal(samples.Length - whole, skipped.Count);
        Assert.All(skipped, times => Assert.Equal((samples[0][0].Item1, samples[0][^1].Item1), times));
        damaged.Release();
    }

    [Fact]
    public void One_damaged_stripe_of_a_large_index_is_made_anew()
    {
        (long, double)[] samples = [(SomeBlock.Start, 1.5), (SomeBlock.Start + 1, 2.5)];
        var block = some.Write(1, [.. Enumerable.Range(1, 20_000).Select(id => ((ulong)id, samples))]);
        var (path, dataEnd, labelsFrom) = (block.Path, block.DataEnd, block.LabelsOffset);
        block.Release();
        var bytes = File.ReadAllBytes(path);
        Assert.True(labelsFrom - dataEnd > 3 * BlockFormat.PageBytes);
        for (var at = dataEnd; at < labelsFrom; at += 4099)
        {
            var damaged = bytes.ToArray();
            damaged.AsSpan((int)at, 16).Fill(0xee);
            File.WriteAllBytes(path, damaged);
            var reader = BlockReader.Open(path);
            Assert.Equal(20_000, reader.Ids().Count());
            Assert.Equal(samples, SomeBlock.Read(reader, 1 + (ulong)(at % 20_000)));
            reader.Release();
        }
    }

    [Fact]
    public void The_file_has_these_bytes()
    {
        var block = some.Write(9, [4], (3, [(1_000, 1), (2_000, 2), (3_000, 4)]), (5, [(1_000, 7.5), (2_000, 7.5), (3_000, 7.5)]));
        var bytes = Convert.ToHexStringLower(File.ReadAllBytes(block.Path));
        block.Release();

        // Compressed labels may change with the runtime's Brotli; everything before them may not.
        Assert.Equal(Golden[..(2 * BytesBeforeGuard)] + GoldenGuard, bytes[..((2 * BytesBeforeGuard) + GoldenGuard.Length)]);
    }

    [Fact]
    public void A_block_of_version_1_is_read_for_ever()
    {
        var path = Path.Combine(some.Folder, "golden.block");
        File.WriteAllBytes(path, Convert.FromHexString(Golden));
        var block = BlockReader.Open(path);

        Assert.Equal([(1_000, 1), (2_000, 2), (3_000, 4)], SomeBlock.Read(block, 3));
        Assert.Equal([(1_000, 7.5), (2_000, 7.5), (3_000, 7.5)], SomeBlock.Read(block, 5));
        Assert.Equal(SomeBlock.Labels(5), block.Labels().Last().Labels.ToArray());
        block.Release();
    }

    const int BytesBeforeGuard = 105;

    /// <summary>Table (sum of the data, of the one stripe, of the table), the stripe, the table again.</summary>
    const string GoldenGuard =
        "3044c6a503be2a2532ecb74d1000000000000000e803000000000000b80b000000000000030000000600000016000118000422023ff04010401c020118000322" +
        "03401e401e403680030000000000000000000000000000003044c6a503be2a2532ecb74d";

    /// <summary>Two series on one time column, replacing block 4, from before there were guards.</summary>
    const string Golden =
        "506861726f73426b01000000000000000100d00fd00f1002023402401e1000000000000000e803000000000000b80b0000000000000300000006000000160001" +
        "18000422023ff04010401c02011800032203401e401e403680030000000000000000000000000000000300000000000000020000004600000033000000134500" +
        "0060776ad7ca73e9575b72ccf72c497118859285acb08a5d4055abababc23f38edbe6aadfbb1ef8ba9081381918b30110100e803000000000000b80b00000000" +
        "00000900000000000000020601041d203d1c59106947013a2117402b00000001359e525068426b456e6431";

    [Fact]
    public void Many_threads_read_one_block_at_once()
    {
        var series = Enumerable.Range(1, 300).Select(id => ((ulong)id, SomeBlock.Samples(500, i => Math.Sqrt(i * id)))).ToArray();
        var block = some.Write(1, series);

        Parallel.For(0, 16, _ =>
        {
            var cursor = new BlockCursor(block);
            foreach (var (id, samples) in series)
            {
                var columns = new SampleColumns();
                cursor.Read(id, long.MinValue, long.MaxValue, columns);
                Assert.Equal(samples, SomeBlock.Floats(columns));
            }
        });
        block.Release();
    }

    [Fact]
    public void An_unpublished_block_leaves_nothing_behind()
    {
        using (var writer = new BlockWriter(some.Folder, 1, []))
        {
            writer.AddSeries(1, [], SomeBlock.Columns((1, 1)));
        }
        Assert.Empty(Directory.GetFiles(some.Folder));
    }

    [Fact]
    public void A_lease_keeps_a_deleted_block_readable_until_released()
    {
        var block = some.Write(1, (1, [(1, 1)]));
        Assert.True(block.TryLease());
        block.Release();
        File.Delete(block.Path);

        Assert.Equal([(1, 1)], SomeBlock.Read(block, 1));
        block.Release();
        Assert.False(block.TryLease());
    }

    public void Dispose() => some.Dispose();

    static (long, double)[] RandomSamples(Random random)
    {
        var time = 0L;
        return [.. Enumerable.Range(0, random.Next(1, 400)).Select(i => (time += random.Next(1, 30), random.Next(3) == 0 ? random.NextDouble() : i))];
    }

    static void AssertSame(FloatHistogram expected, FloatHistogram found)
    {
        Assert.Equal((expected.Schema, expected.Count, expected.Sum, expected.ZeroCount, expected.ZeroThreshold, expected.Hint), (found.Schema, found.Count, found.Sum, found.ZeroCount, found.ZeroThreshold, found.Hint));
        Assert.Equal(expected.PositiveSpans, found.PositiveSpans);
        Assert.Equal(expected.PositiveBuckets, found.PositiveBuckets);
        Assert.Equal(expected.NegativeSpans, found.NegativeSpans);
        Assert.Equal(expected.NegativeBuckets, found.NegativeBuckets);
        Assert.Equal(expected.CustomValues, found.CustomValues);
    }
}
