namespace Pharos.Server.Doors;

/// <summary>Bounds the answers that stay open as long as their clients listen.</summary>
/// <remarks>Threads: safe for all.</remarks>
sealed class OpenStreams
{
    public const int Most = 64;

    int open;

    /// <summary>False: there are too many; nothing was taken.</summary>
    public bool TryOpen()
    {
        if (Interlocked.Increment(ref open) <= Most) return true;
        Close();
        return false;
    }

    public void Close() => Interlocked.Decrement(ref open);
}
