using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pharos.Model.Writing;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series;
using Pharos.Storage.Series.Blocks;
using Pharos.Storage.Series.Prometheus;
using Xunit;

namespace Pharos.Tests.Storage.Series.Prometheus;

/// <summary>Reads a block that promtool 3.5.3 made of two series: one with gaps of every width, one with every special value.</summary>
public sealed class PrometheusBlockTests : IDisposable
{
    const long Start = 1_767_225_600_000;
    readonly string folder = Directory.CreateTempSubdirectory("pharos-prometheus-").FullName;

    static readonly (long, double)[] Gap =
    [
        .. Enumerable.Range(0, 26).Select(k => (Start + 15_000 * k + k % 3 * 40 + (k > 10 ? 60_000 : 0) + (k > 14 ? 300_000 : 0) + (k > 20 ? 3_000_000 : 0), k * k / 10.0)),
    ];

    static readonly (long, double)[] Special =
    [
        (Start + 1, double.NaN), (Start + 1000, double.PositiveInfinity), (Start + 7_000_000, double.NegativeInfinity), (Start + 7_000_001, -0.0),
        (Start + 7_000_002, 1e300), (Start + 7_000_003, double.Epsilon), (Start + 7_000_004, 7), (Start + 7_000_005, 7),
    ];

    public PrometheusBlockTests() => WriteBlock(Convert.FromHexString(Index), Convert.FromHexString(Chunks));

    string BlockFolder => Path.Combine(folder, "prometheus", "01M7Y1S36CHHG5QFBK5KGA156N");

    [Fact]
    public void Every_label_and_sample_is_read()
    {
        var read = ReadAll();

        Assert.Equal(["__name__=gap", "__name__=special a=b job=ü x"], read.Select(r => r.Labels));
        Assert.Equal(Gap, read[0].Samples);
        Assert.Equal(Special, read[1].Samples);
        Assert.Equal(0x7ff8000000000001, BitConverter.DoubleToInt64Bits(read[1].Samples[0].Item2));
    }

    [Fact]
    public void Deleted_samples_are_left_out()
    {
        // The first series lies at byte 64 of the index, so tombstones call it 4: they count in steps of 16.
        byte[] records = [4, .. Varints(Start + 15_000 * 2, Start + 15_000 * 24 + 10_000_000)];
        var sum = Crc32C.Of(records);
        File.WriteAllBytes(Path.Combine(BlockFolder, "tombstones"), [0x01, 0x30, 0xba, 0x30, 1, .. records, (byte)(sum >> 24), (byte)(sum >> 16), (byte)(sum >> 8), (byte)sum]);

        var read = ReadAll();

        Assert.Equal(Gap[..2], read[0].Samples);
        Assert.Equal(Special, read[1].Samples);
    }

    [Fact]
    public void A_flipped_bit_is_told_or_harmless()
    {
        var (index, chunks) = (Convert.FromHexString(Index), Convert.FromHexString(Chunks));
        foreach (var file in new[] { index, chunks })
        {
            for (var bit = 0; bit < file.Length * 8; bit += 13) // Every bit in turn over the bytes: 13 and 8 share no divisor.
            {
                file[bit / 8] ^= (byte)(1 << bit % 8);
                WriteBlock(index, chunks);
                try
                {
                    Assert.Equal(Gap, ReadAll()[0].Samples); // A byte that nobody reads: the postings, or padding.
                }
                catch (CorruptDataException)
                {
                    // Told.
                }
                file[bit / 8] ^= (byte)(1 << bit % 8);
            }
        }
    }

    [Fact]
    public void A_cut_file_is_told()
    {
        var (index, chunks) = (Convert.FromHexString(Index), Convert.FromHexString(Chunks));
        for (var length = 0; length < index.Length; length += 3)
        {
            WriteBlock(index[..length], chunks);
            Assert.Throws<CorruptDataException>(() => ReadAll());
        }
        for (var length = 0; length < chunks.Length; length += 3)
        {
            WriteBlock(index, chunks[..length]);
            Assert.Throws<CorruptDataException>(() => ReadAll());
        }
    }

    [Fact]
    public async Task A_store_takes_the_block_over_and_has_it_after_a_restart()
    {
        var options = new StoreOptions { Folder = Path.Combine(folder, "store"), RetentionTime = TimeSpan.Zero };
        await using (var store = SeriesStore.Open(options, TimeProvider.System, NullLogger.Instance))
        {
            var imported = Assert.Single(store.ImportPrometheus(Path.Combine(folder, "prometheus"), CancellationToken.None));
            Assert.Equal((null, 2L, 34L), (imported.Fault, imported.Series, imported.Samples));
        }
        await using (var store = SeriesStore.Open(options, TimeProvider.System, NullLogger.Instance))
        {
            Assert.Equal((2, Start, Start + 7_000_005), (store.Stats().Series, store.Stats().MinMs!.Value, store.Stats().MaxMs!.Value));
        }
        var blocks = Pharos.Storage.Series.Blocks.BlockFolder.Open(Path.Combine(options.Folder, "blocks"), TimeProvider.System).Blocks;
        Assert.Equal(Gap, SomeSamples(blocks[0], 1));
        Assert.Equal(Special, SomeSamples(blocks[0], 2));
        blocks[0].Release();
    }

    [Fact]
    public async Task A_damaged_block_is_told_and_the_others_are_taken()
    {
        var damaged = Path.Combine(folder, "prometheus", "01M7Y1S36CHHG5QFBK5KGA156X");
        Directory.CreateDirectory(damaged);
        File.WriteAllText(Path.Combine(damaged, "meta.json"), Meta.Replace("156N", "156X", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(damaged, "chunks"));
        File.WriteAllText(Path.Combine(damaged, "index"), "torn");
        await using var store = SeriesStore.Open(new StoreOptions { Folder = Path.Combine(folder, "store") }, TimeProvider.System, NullLogger.Instance);

        var imported = store.ImportPrometheus(Path.Combine(folder, "prometheus"), CancellationToken.None).ToList();

        Assert.Equal(2, imported.Count);
        Assert.Contains(imported, block => block.Fault is null && block.Samples == 34);
        Assert.Contains(imported, block => block.Fault?.StartsWith(Path.Combine(damaged, "index") + ": byte 0: expected ", StringComparison.Ordinal) == true);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    void WriteBlock(byte[] index, byte[] chunks)
    {
        Directory.CreateDirectory(Path.Combine(BlockFolder, "chunks"));
        File.WriteAllText(Path.Combine(BlockFolder, "meta.json"), Meta);
        File.WriteAllBytes(Path.Combine(BlockFolder, "index"), index);
        File.WriteAllBytes(Path.Combine(BlockFolder, "chunks", "000001"), chunks);
    }

    List<(string Labels, (long, double)[] Samples)> ReadAll()
    {
        using var block = new PrometheusBlock(BlockFolder);
        var read = new List<(string, (long, double)[])>();
        var labels = new LabelSetBuilder();
        var chunks = new List<PrometheusChunk>();
        foreach (var series in block.Series())
        {
            block.ReadLabels(series, labels, chunks);
            var columns = new SampleColumns();
            block.ReadSamples(series, chunks, columns);
            var text = string.Join(' ', Enumerable.Range(0, labels.Count).Select(i => $"{Encoding.UTF8.GetString(labels.Name(i))}={Encoding.UTF8.GetString(labels.Value(i))}"));
            read.Add((text, Pairs(columns)));
        }
        return read;
    }

    static (long, double)[] SomeSamples(BlockReader block, ulong id)
    {
        var columns = new SampleColumns();
        new BlockCursor(block).Read(id, long.MinValue, long.MaxValue, columns);
        return Pairs(columns);
    }

    static (long, double)[] Pairs(SampleColumns columns) => [.. Enumerable.Range(0, columns.Count).Select(i => (columns.TimesMs[i], columns.Values[i]))];

    static byte[] Varints(params long[] numbers)
    {
        using var writer = new ByteWriter();
        foreach (var number in numbers) writer.SignedVarint(number);
        return writer.Written.ToArray();
    }

    const string Meta = """{"ulid":"01M7Y1S36CHHG5QFBK5KGA156N","minTime":1767225600000,"maxTime":1767232600006,"version":1}""";

    const string Index =
        "baaad70002000000270000000800085f5f6e616d655f5f0161016203676170036a6f62077370656369616c04c3bc20785e8202cf000000000000000000000000" +
        "0f0101040180a0d5edee6680fce30108a1200fb800000000000000000000000014030106020305070182a0d5edee66c49fab0390027eb3181000000000000010" +
        "0000000100000002000000040000000659d721b60000000c000000010000000100000003f41fff4d0000000c000000010000000100000007338568520000000c" +
        "0000000200000004000000060015366400000008000000010000000473a34a3900000008000000010000000692983ace00000008000000010000000692983ace" +
        "00000008000000010000000692983ace0000001b0000000301085f5f6e616d655f5f7c010161940101036a6f62a801928933c70000004000000005020000bc01" +
        "02085f5f6e616d655f5f03676170d00102085f5f6e616d655f5f077370656369616ce0010201610162f00102036a6f6204c3bc20788002a1d72a9e0000000000" +
        "00000500000000000000340000000000000079000000000000011000000000000000bc000000000000013381444092";

    const string Chunks =
        "85bd40dd01000000810201001a80a0d5edee660000000000000000c075c5eff7333333333333500c0000000000002fe2356daaaaaaaaaaaabc03c4aaaaaaaaaa" +
        "aabb0fdfff666666666666dfc46cd2333333333333601e35ebf5555555555574a000000000000bf88d5b7355555555555300f1086666666666679d4c11866666" +
        "6666667a2a5109fffffffffffd00f138555555555556837ffffffffffce493688519999999999aeb6c988f19999999999a42bffffffffffe5fc469dfe6aaaaaa" +
        "aaaaac03c408fffffffffff9060ccccccccccdf00000000002dc64881066666666666fffffffffffe91cdc438fffffffffff902400000000000bf88835ffffff" +
        "fffff403c40e333333333334d6934a864c01000882a0d5edee667ff8000000000001e707d9a4000000000000f80000000003563f8e007fffffffffff2a685384" +
        "bffec1f7f1bf21e44003acec3ffe37e43c8800759d500700000000000040f5236396";
}
