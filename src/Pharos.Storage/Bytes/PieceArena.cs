using System.Buffers.Binary;

namespace Pharos.Storage.Bytes;

/// <summary>Chains of 64-byte pieces (a cache line each) in native memory, for many short byte strings that grow a little at a time.</summary>
/// <remarks>
/// <para>Shape: 4 bytes number of the next piece (0: last), 60 bytes of content. Number 0 is never given out. One size for all, so nothing
/// fragments and nothing is copied when a string grows; on average half a piece a chain is unused.</para>
/// <para>Threads: one writer; readers of a chain under the same lock.</para>
/// </remarks>
sealed class PieceArena(long maxPieces) : IDisposable
{
    public const int ContentBytes = 60;
    const int PieceBytes = 64;

    readonly NativeArray<byte> bytes = new(maxPieces * PieceBytes);
    uint nextFresh = 1;
    uint firstFree;
    uint freeCount;

    /// <summary>Bytes of pieces ever touched; those that are free again are used before fresh ones.</summary>
    public long SizeBytes => nextFresh * (long)PieceBytes;

    public long FreeBytes => freeCount * (long)PieceBytes;

    public Span<byte> Content(uint piece) => bytes.AsSpan((piece * (long)PieceBytes) + 4, ContentBytes);

    public uint Next(uint piece) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(piece * (long)PieceBytes, 4));

    /// <summary>A piece with undefined content, at the end of the chain of <paramref name="last"/> unless that is 0.</summary>
    public uint Add(uint last)
    {
        uint piece;
        if (firstFree != 0)
        {
            piece = firstFree;
            firstFree = Next(piece);
            freeCount--;
        }
        else
        {
            piece = nextFresh++;
        }
        SetNext(piece, 0);
        if (last != 0) SetNext(last, piece);
        return piece;
    }

    /// <summary>Gives a whole chain back. O(1).</summary>
    public void Free(uint first, uint last, int count)
    {
        SetNext(last, firstFree);
        firstFree = first;
        freeCount += (uint)count;
    }

    public void Dispose() => bytes.Dispose();

    void SetNext(uint piece, uint next) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(piece * (long)PieceBytes, 4), next);
}
