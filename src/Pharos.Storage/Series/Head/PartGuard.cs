using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Head;

/// <summary>What a range of a checkpoint's part holds. The odd ones of the pairs go on with the list of the even ones.</summary>
enum GuardedKind
{
    Series = 1,
    Histograms = 2,
    MoreHistograms = 3,
    Late = 4,
    MoreLate = 5,
    Starts = 6,
}

/// <summary>Check sums of the single entries of one part of the checkpoint, written behind them, so that damage costs one entry.</summary>
/// <remarks>
/// <para>Shape: a body, its length and CRC-32C, a mark at the end by which it is found also when nothing tells where the part lies. Readers that know
/// nothing of it never get there: they read the part's entries by number.</para>
/// <para>Source: docs/formats/head.md.</para>
/// </remarks>
sealed class PartGuard : IDisposable
{
    /// <summary>Samples of a range of histograms or late samples: no more are lost together than in an open run.</summary>
    public const int RangeSamples = HeadShard.FrameSamples;
    const int KindBits = 3;
    const int TrailerBytes = 16;
    readonly ByteWriter ranges = new();
    uint count;
    uint previousId;
    ulong sequence;
    long oldestMs;
    long newestMs;

    public static ReadOnlySpan<byte> Magic => "PHCKPGRD"u8;

    public void Begin(ulong shardSequence, long oldest, long newest)
    {
        ranges.Clear();
        (count, previousId) = (0, 0);
        (sequence, oldestMs, newestMs) = (shardSequence, oldest, newest);
    }

    public void Add(uint id, GuardedKind kind, ReadOnlySpan<byte> bytes)
    {
        ranges.SignedVarint((long)id - previousId);
        ranges.Varint(((ulong)bytes.Length << KindBits) | (uint)kind);
        ranges.U32(Crc32C.Of(bytes));
        previousId = id;
        count++;
    }

    /// <summary>Appends the guard to its part.</summary>
    public void End(ByteWriter part, int shard, uint firstGeneration, long fromMs)
    {
        var start = part.Length;
        part.U8((byte)shard);
        part.U32(firstGeneration);
        part.I64(fromMs);
        part.U64(sequence);
        part.I64(oldestMs);
        part.I64(newestMs);
        part.U32(count);
        part.Raw(ranges.Written);
        var body = part.Written[start..];
        var (length, sum) = (body.Length, Crc32C.Of(body));
        part.U32((uint)length);
        part.U32(sum);
        part.Raw(Magic);
    }

    /// <summary>Reads the guard that ends with those bytes; false when there is none, or it is damaged itself.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> endingWith, [NotNullWhen(true)] out Sums? sums)
    {
        sums = null;
        var bytes = endingWith.Span;
        var trailer = bytes.Length - TrailerBytes;
        if (trailer < 0) return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[trailer..]);
        if (length > (uint)trailer) return false;
        var body = endingWith.Slice(trailer - (int)length, (int)length);
        if (Crc32C.Of(body.Span) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[(trailer + 4)..])) return false;
        if (length < Sums.HeaderBytes) return false; // Zeros have the sum of no bytes.
        sums = new Sums(body);
        return sums.Shard < SeriesHead.Shards;
    }

    public void Dispose() => ranges.Dispose();

    /// <summary>A guard as it was read.</summary>
    public sealed class Sums
    {
        public const int HeaderBytes = 41;
        readonly ReadOnlyMemory<byte> ranges;
        readonly uint count;

        public Sums(ReadOnlyMemory<byte> body)
        {
            var from = new ByteReader(body.Span, "checkpoint");
            Shard = from.U8();
            FirstGeneration = from.U32();
            FromMs = from.I64();
            Sequence = from.U64();
            OldestMs = from.I64();
            NewestMs = from.I64();
            count = from.U32();
            ranges = body[from.Position..];
            SizeBytes = body.Length + TrailerBytes;
        }

        public int Shard { get; }

        public uint FirstGeneration { get; }

        public long FromMs { get; }

        public ulong Sequence { get; }

        public long OldestMs { get; }

        public long NewestMs { get; }

        /// <summary>Of the guard itself.</summary>
        public int SizeBytes { get; }

        /// <summary>Id, kind, length and check sum of each range, in the order in which they lie there.</summary>
        public IEnumerable<(uint Id, GuardedKind Kind, int Length, uint Sum)> Ranges()
        {
            var id = 0L;
            var at = 0;
            for (var i = 0u; i < count; i++)
            {
                var (range, next) = One(at, id);
                (id, at) = (range.Id, next);
                yield return range;
            }
        }

        ((uint Id, GuardedKind Kind, int Length, uint Sum) Range, int Next) One(int at, long previousId)
        {
            var from = new ByteReader(ranges.Span[at..], "checkpoint");
            var id = (uint)(previousId + from.SignedVarint());
            var coded = from.Varint();
            var range = (id, (GuardedKind)(coded & ((1 << KindBits) - 1)), checked((int)(coded >> KindBits)), from.U32());
            return (range, at + from.Position);
        }
    }
}
