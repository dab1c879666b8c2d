using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;
using Pharos.Storage.Files;

namespace Pharos.Storage.Wal;

/// <summary>Applies one record at replay.</summary>
delegate void ApplyLogRecord(LogRecordKind kind, int shard, ulong sequence, ReadOnlySpan<byte> payload);

/// <summary>Reads the log back after a stop or a kill.</summary>
/// <remarks>
/// <para>Errors: an invalid record with no valid one behind it is the torn end of what nobody was promised. With a valid one behind it, the bytes between
/// are damaged: they are copied aside with the reason, told, and reading goes on. A record that is valid but cannot be applied is treated the same.</para>
/// </remarks>
sealed partial class LogReader(string folder, TimeProvider clock, ILogger logger)
{
    readonly List<string> setAside = [];

    /// <summary>What was damaged, one line each.</summary>
    public IReadOnlyList<string> SetAside => setAside;

    public long Records { get; private set; }

    /// <remarks>The last segment gets its end record, so that its torn end is not taken for damage once it has a successor.</remarks>
    /// <summary>Replays all segments from that generation on and returns the highest generation there is (0: none).</summary>
    public uint Replay(uint fromGeneration, ApplyLogRecord apply)
    {
        var generations = LogSegment.Generations(folder);
        for (var i = 0; i < generations.Count; i++)
        {
            if (generations[i] >= fromGeneration) ReplaySegment(generations[i], isLast: i == generations.Count - 1, apply);
        }
        return generations.Count == 0 ? 0 : generations[^1];
    }

    void ReplaySegment(uint generation, bool isLast, ApplyLogRecord apply)
    {
        var path = LogSegment.PathOf(folder, generation);
        var bytes = File.ReadAllBytes(path);
        if (!HasSoundHeader(bytes, generation) && !isLast) KeepDamaged(path, bytes, 0, Math.Min(LogSegment.HeaderBytes, bytes.Length), "its header is damaged");
        var at = LogSegment.HeaderBytes;
        var before = long.MinValue;
        while (true)
        {
            if (at < bytes.Length && LogRecord.IsValid(bytes.AsSpan(at), generation))
            {
                var payload = LogRecord.PayloadLength(bytes.AsSpan(at));
                var kind = (LogRecordKind)bytes[at + 12];
                if (kind == LogRecordKind.End) return;
                Apply(path, bytes, at, payload, kind, apply);
                before = LogRecord.TimeOf(bytes.AsSpan(at)) ?? before;
                at += LogRecord.TotalLength(payload);
                continue;
            }
            var next = NextValid(bytes, at + LogRecord.Alignment, generation);
            if (next >= 0)
            {
                var lost = TimeRange.Of(before, LogRecord.TimeOf(bytes.AsSpan(next)) ?? long.MaxValue);
                var series = LogRecord.MostSeries(bytes.AsSpan(at, next - at));
                KeepDamaged(path, bytes, at, next - at, $"a record is damaged, and sound ones follow: it had samples of at most {series} series from between about {lost}");
                at = next;
                continue;
            }
            if (isLast) LogSegment.Close(path, generation, at);
            else KeepDamaged(path, bytes, at, Math.Min(64 * 1024, Math.Max(0, bytes.Length - at)), "it has a successor but no end record");
            return;
        }
    }

    void Apply(string path, byte[] bytes, int at, int payload, LogRecordKind kind, ApplyLogRecord apply)
    {
        try
        {
            apply(kind, bytes[at + 13], BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at + 16)), bytes.AsSpan(at + LogRecord.HeaderBytes, payload));
            Records++;
        }
        catch (CorruptDataException error)
        {
            KeepDamaged(path, bytes, at, LogRecord.TotalLength(payload), error.Message);
        }
    }

    static bool HasSoundHeader(ReadOnlySpan<byte> bytes, uint generation) =>
        bytes.Length >= LogSegment.HeaderBytes
        && bytes[..8].SequenceEqual(LogSegment.Magic)
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) == generation
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) == Crc32C.Of(bytes[..12]);

    static int NextValid(ReadOnlySpan<byte> bytes, int from, uint generation)
    {
        for (var at = from; at + LogRecord.HeaderBytes <= bytes.Length; at += LogRecord.Alignment)
        {
            if (LogRecord.IsValid(bytes[at..], generation)) return at;
        }
        return -1;
    }

    void KeepDamaged(string path, byte[] bytes, int at, int length, string reason)
    {
        var told = $"{path}: byte {at}: {reason}; {length} bytes set aside, the rest is served";
        setAside.Add(told);
        Damaged(logger, path, at, length, reason);
        var part = $"{path}.{at}.damaged";
        try
        {
            DurableFile.Write(part, bytes.AsSpan(at, length));
            SetAsideFiles.Move(part, told, clock);
        }
        catch (IOException error)
        {
            CannotKeep(logger, error, part); // The segment itself still has the bytes until it is recycled.
        }
    }

    [LoggerMessage(LogLevel.Error, "{Path}: byte {Offset}: {Reason}; {Length} bytes set aside, the rest is served")]
    static partial void Damaged(ILogger logger, string path, int offset, int length, string reason);

    [LoggerMessage(LogLevel.Warning, "Could not keep damaged bytes as {Path}")]
    static partial void CannotKeep(ILogger logger, Exception error, string path);
}
