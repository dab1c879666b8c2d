using Pharos.Storage.Bytes;

namespace Pharos.Storage.Series.Index;

/// <summary>For each pair, the series that have it: ascending dense indexes as delta varints, about 1 byte each.</summary>
/// <remarks>
/// <para>Shape: a pair of one series keeps it in its 16-byte head. Others chain pieces; in a piece one byte says how much is used, so that a
/// varint never straddles two. Most label values of a large store have one series, so the head alone must be enough.</para>
/// <para>Threads: under the catalogue's lock.</para>
/// </remarks>
sealed class Postings(long maxPairs) : IDisposable
{
    readonly NativeArray<Posting> heads = new(maxPairs);
    readonly PieceArena pieces = new(maxPairs);

    struct Posting
    {
        public uint Count;
        public uint Last;
        public uint FirstPiece;
        public uint LastPiece;
    }

    public long SizeBytes => pieces.SizeBytes;

    public int Count(int pair) => (int)heads[pair].Count;

    /// <summary>Adds a series; indexes must come ascending.</summary>
    public void Add(int pair, uint series)
    {
        ref var head = ref heads[pair];
        if (head.Count == 1)
        {
            head.FirstPiece = head.LastPiece = StartPiece(0);
            Append(ref head, head.Last + 1); // Deltas are never 0, also the first.
        }
        if (head.Count > 0) Append(ref head, series - head.Last);
        head.Last = series;
        head.Count++;
    }

    /// <summary>Copies the first series, as many as the span has room for.</summary>
    /// <returns>How many: at most <see cref="Count"/>.</returns>
    public int CopyTo(int pair, Span<uint> series)
    {
        ref var head = ref heads[pair];
        if (head.Count == 0 || series.Length == 0) return 0;
        if (head.Count == 1)
        {
            series[0] = head.Last;
            return 1;
        }
        var filled = 0;
        var current = uint.MaxValue; // So that the first delta, index + 1, leads to the index.
        for (var piece = head.FirstPiece; piece != 0; piece = pieces.Next(piece))
        {
            var content = pieces.Content(piece);
            var used = content[0];
            for (var at = 1; at <= used;)
            {
                at += Varint.Read(content[at..], out var delta);
                current = unchecked(current + (uint)delta);
                series[filled++] = current;
                if (filled == series.Length) return filled;
            }
        }
        return filled;
    }

    public void Dispose()
    {
        heads.Dispose();
        pieces.Dispose();
    }

    void Append(ref Posting head, uint delta)
    {
        var content = pieces.Content(head.LastPiece);
        var used = content[0];
        if (1 + used + Varint.Size(delta) > PieceArena.ContentBytes)
        {
            head.LastPiece = StartPiece(head.LastPiece);
            content = pieces.Content(head.LastPiece);
            used = 0;
        }
        content[0] = (byte)(used + Varint.Write(content[(1 + used)..], delta));
    }

    uint StartPiece(uint last)
    {
        var piece = pieces.Add(last);
        pieces.Content(piece)[0] = 0;
        return piece;
    }
}
