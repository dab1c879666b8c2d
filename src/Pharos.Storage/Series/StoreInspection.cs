using System.Text;
using Pharos.Storage.Bytes;
using Pharos.Storage.Series.Blocks;

namespace Pharos.Storage.Series;

/// <summary>What a whole reading of one file of the store found. Times are inclusive; a file that does not open has none.</summary>
/// <param name="ValueBytes">Bytes of chunks.</param>
/// <param name="TimeBytes">Bytes of time columns.</param>
/// <param name="Faults">Empty when the file is sound.</param>
public sealed record InspectedFile(string Path, long? MinMs, long? MaxMs, long Series, long Samples, long SizeBytes, long ValueBytes, long TimeBytes, long TimeColumns, IReadOnlyList<string> Faults);

/// <summary>Where the series of a block come from: the largest first.</summary>
public sealed record BlockCardinality(
    IReadOnlyList<NamedCount> SeriesByMetricName,
    IReadOnlyList<NamedCount> SamplesByMetricName,
    IReadOnlyList<NamedCount> BytesByMetricName,
    IReadOnlyList<NamedCount> ValuesByLabelName,
    IReadOnlyList<NamedCount> SeriesByLabelPair);

/// <summary>Looks at the files of a store, whether a process has it open or not, and changes nothing.</summary>
public static class StoreInspection
{
    /// <summary>The block files that a path means: itself, or those of a folder, or those of a store's folder; oldest first.</summary>
    public static IReadOnlyList<string> BlockFiles(string path)
    {
        if (File.Exists(path)) return [path];
        var folder = Path.Combine(path, "blocks");
        if (!Directory.Exists(folder)) folder = path;
        return [.. Directory.EnumerateFiles(folder, "*" + BlockFormat.Extension).OrderBy(BlockFormat.MinMsOf).ThenBy(p => p, StringComparer.Ordinal)];
    }

    /// <summary>Reads every byte of a block and holds what it says against what it has.</summary>
    public static InspectedFile Verify(string blockPath, CancellationToken cancellation)
    {
        var report = BlockVerifier.Verify(blockPath, cancellation);
        return new InspectedFile(blockPath, report.Meta?.MinMs, report.Meta?.MaxMs, report.Series, report.Samples, new FileInfo(blockPath).Length, report.ValueBytes, report.TimeBytes, report.TimeColumns, report.Faults);
    }

    /// <summary>Counts series, samples and bytes of a block by label.</summary>
    /// <exception cref="IOException">The block cannot be read, or is corrupt.</exception>
    public static BlockCardinality Count(string blockPath, int top, CancellationToken cancellation)
    {
        BlockReader? block = null;
        try
        {
            block = BlockReader.Open(blockPath);
            return new Counting(block).Run(top, cancellation);
        }
        catch (CorruptDataException e)
        {
            throw new IOException(e.Message, e);
        }
        finally
        {
            block?.Release();
        }
    }

    sealed class Counting(BlockReader block)
    {
        readonly Dictionary<string, long> series = new(StringComparer.Ordinal);
        readonly Dictionary<string, long> samples = new(StringComparer.Ordinal);
        readonly Dictionary<string, long> bytes = new(StringComparer.Ordinal);
        readonly Dictionary<string, HashSet<string>> values = new(StringComparer.Ordinal);
        readonly Dictionary<string, long> pairs = new(StringComparer.Ordinal);
        readonly BlockCursor cursor = new(block);

        public BlockCardinality Run(int top, CancellationToken cancellation)
        {
            foreach (var (id, labels) in block.Labels())
            {
                cancellation.ThrowIfCancellationRequested();
                CountSeries(id, labels.Span);
            }
            var valueCounts = values.ToDictionary(v => v.Key, v => (long)v.Value.Count, StringComparer.Ordinal);
            return new BlockCardinality(Largest(series, top), Largest(samples, top), Largest(bytes, top), Largest(valueCounts, top), Largest(pairs, top));
        }

        void CountSeries(ulong id, ReadOnlySpan<byte> labels)
        {
            var metric = "";
            var reader = new ByteReader(labels, block.Path);
            while (reader.Remaining > 0)
            {
                var name = Text(ref reader);
                var value = Text(ref reader);
                if (name == "__name__") metric = value;
                if (!values.TryGetValue(name, out var known)) values.Add(name, known = new HashSet<string>(StringComparer.Ordinal));
                known.Add(value);
                Add(pairs, $"{name}={value}", 1);
            }
            Add(series, metric, 1);
            foreach (ref readonly var chunk in cursor.Chunks(id))
            {
                Add(samples, metric, block.Column(chunk.Column).Count);
                Add(bytes, metric, chunk.LengthBytes);
            }
        }

        static string Text(ref ByteReader reader) => Encoding.UTF8.GetString(reader.Take(reader.Count(reader.Remaining, "a length of text")));

        static void Add(Dictionary<string, long> counts, string name, long more) =>
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, name, out _) += more;

        static NamedCount[] Largest(Dictionary<string, long> counts, int top) =>
            [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Take(top).Select(c => new NamedCount(c.Key, c.Value))];
    }
}
