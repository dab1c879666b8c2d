using Pharos.Model.Samples;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Series;
using Pharos.Storage.Series.Blocks;

namespace Pharos.Tests.Storage.Series.Blocks;

/// <summary>Blocks for tests, in a folder of their own that goes with them.</summary>
sealed class SomeBlock : IDisposable
{
    public const long Start = 1_767_225_600_000;

    public string Folder { get; } = Directory.CreateTempSubdirectory("pharos-block-").FullName;

    public BlockReader Write(ulong sequence, params (ulong Id, (long, double)[] Samples)[] series) => Write(sequence, [], series);

    public BlockReader Write(ulong sequence, ulong[] replaces, params (ulong Id, (long, double)[] Samples)[] series)
    {
        using var writer = new BlockWriter(Folder, sequence, replaces);
        foreach (var (id, samples) in series) writer.AddSeries(id, Labels(id), Columns(samples));
        return writer.Publish();
    }

    public static SampleColumns Columns(params (long TimeMs, double Value)[] samples)
    {
        var columns = new SampleColumns();
        foreach (var (time, value) in samples) columns.Add(time, value);
        return columns;
    }

    public static (long, double)[] Samples(int count, Func<int, double> value, long startMs = Start, long stepMs = 15_000) =>
        [.. Enumerable.Range(0, count).Select(i => (startMs + i * stepMs, value(i)))];

    public static byte[] Labels(ulong id)
    {
        using var writer = new ByteWriter();
        foreach (var text in new[] { "__name__", "up", "instance", $"host-{id}:9100" })
        {
            writer.Varint((ulong)text.Length);
            writer.Raw(System.Text.Encoding.UTF8.GetBytes(text));
        }
        return writer.Written.ToArray();
    }

    public static (long, double)[] Read(BlockReader block, ulong id, long afterMs = long.MinValue, long throughMs = long.MaxValue)
    {
        var columns = new SampleColumns();
        new BlockCursor(block).Read(id, afterMs, throughMs, columns);
        return Floats(columns);
    }

    public static (long, double)[] Floats(SampleColumns columns) =>
        [.. Enumerable.Range(0, columns.Count).Select(i => (columns.TimesMs[i], columns.Values[i]))];

    public static FloatHistogram Histogram(double scale, uint buckets = 3) => new()
    {
        Schema = 2,
        ZeroThreshold = 0.001,
        ZeroCount = scale,
        Count = scale * (1 + buckets),
        Sum = scale * 1.5,
        PositiveSpans = [new BucketSpan(-1, buckets)],
        PositiveBuckets = [.. Enumerable.Repeat(scale, (int)buckets)],
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
