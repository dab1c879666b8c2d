namespace Pharos.Server.Doors;

/// <summary>How large the body of one request may be, and all bodies that are held at once. Doors may share one.</summary>
/// <remarks>Threads: safe for all.</remarks>
/// <param name="maxBytesInWork">0: it is read piece by piece, and never held whole.</param>
sealed class BodyLimit(int maxBytes, long maxBytesInWork = 0)
{
    public int MaxBytes => maxBytes;

    public BytesInWork InWork { get; } = new(maxBytesInWork);
}
