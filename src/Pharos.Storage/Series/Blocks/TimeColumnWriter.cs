using System.Security.Cryptography;
using Pharos.Storage.Bytes;
using Pharos.Storage.Chunks;

namespace Pharos.Storage.Series.Blocks;

/// <summary>Stores each distinct time column of a block once and gives it a number.</summary>
/// <remarks>
/// <para>Two looks: the last few columns by content, because the series of a target follow each other; then all by a cryptographic
/// hash of the encoded bytes, which needs neither the bytes kept nor a defence against made-up collisions.</para>
/// <para>Memory: 32 bytes of index and 24 of table per distinct column.</para>
/// </remarks>
sealed class TimeColumnWriter(PagedFileWriter file) : IDisposable
{
    readonly RecentColumn[] recent = [.. Enumerable.Range(0, 8).Select(_ => new RecentColumn())];
    readonly Dictionary<UInt128, int> numbers = [];
    readonly ByteWriter index = new();
    readonly ByteWriter scratch = new();
    int nextRecent;

    public int Count => numbers.Count;

    public ReadOnlySpan<byte> Index => index.Written;

    /// <summary>The number of this column, written to the file when it is new.</summary>
    public int NumberOf(ReadOnlySpan<long> times)
    {
        foreach (var column in recent)
        {
            if (column.Times.AsSpan(0, column.Count).SequenceEqual(times)) return column.Number;
        }
        var number = NumberOfSlow(times);
        recent[nextRecent].Set(times, number);
        nextRecent = (nextRecent + 1) % recent.Length;
        return number;
    }

    public void Dispose()
    {
        index.Dispose();
        scratch.Dispose();
    }

    int NumberOfSlow(ReadOnlySpan<long> times)
    {
        scratch.Clear();
        for (var at = 0; at < times.Length; at += TimeFrame.MaxCount)
        {
            var frame = times.Slice(at, Math.Min(TimeFrame.MaxCount, times.Length - at));
            scratch.Commit(TimeFrame.Encode(frame, scratch.Room(TimeFrame.MaxBytes(frame.Length))));
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(scratch.Written, hash);
        // The count is part of the identity: frames do not store it, and a line of 3 times has the bytes of one of 4.
        var key = System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash) ^ (UInt128)(uint)times.Length;
        if (numbers.TryGetValue(key, out var number)) return number;

        number = numbers.Count;
        numbers.Add(key, number);
        var (minMs, maxMs) = (long.MaxValue, long.MinValue);
        foreach (var time in times) (minMs, maxMs) = (Math.Min(minMs, time), Math.Max(maxMs, time));
        index.U64((ulong)file.Position);
        index.I64(minMs);
        index.I64(maxMs);
        index.U32((uint)times.Length);
        index.U32((uint)scratch.Length);
        file.Write(scratch.Written);
        return number;
    }

    sealed class RecentColumn
    {
        public long[] Times { get; private set; } = [];

        public int Count { get; private set; }

        public int Number { get; private set; }

        public void Set(ReadOnlySpan<long> times, int number)
        {
            if (Times.Length < times.Length) Times = new long[Math.Max(512, times.Length)];
            times.CopyTo(Times);
            (Count, Number) = (times.Length, number);
        }
    }
}
