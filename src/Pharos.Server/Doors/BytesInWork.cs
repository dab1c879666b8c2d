namespace Pharos.Server.Doors;

/// <summary>Bounds the bytes of all bodies that one kind of door holds at one time, by what is held and not by what clients claim to send.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class BytesInWork(long limitBytes)
{
    long usedBytes;

    /// <summary>False: it would be too much, and is not taken.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref usedBytes, bytes) <= limitBytes) return true;
        Return(bytes);
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref usedBytes, -bytes);
}
