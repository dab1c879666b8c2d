namespace Pharos.Server.Metrics.Scraping;

/// <summary>Bounds the bytes of all bodies that are being read at one time, so that some huge ones cannot take the process down.</summary>
/// <remarks>
/// <para>Ordinary bodies never wait for it or fail by it: up to <see cref="FreeBytes"/> each is given without asking.</para>
/// <para>Where the heap is bounded, bodies above <see cref="LargeBytes"/> besides take turns: a few are read and taken in while the others wait.</para>
/// <para>Threads: safe for all.</para>
/// </remarks>
/// <param name="heapBytes">What the managed heap may have; null: no bound.</param>
sealed class BodyBudget(long? heapBytes = null)
{
    /// <summary>Most targets show less than this, so a greedy one does not starve the others.</summary>
    public const int FreeBytes = 4 * 1024 * 1024;

    /// <summary>Bodies up to this never take turns.</summary>
    public const int LargeBytes = 256 * 1024;

    const long DefaultBodyBytes = 256 * 1024 * 1024;

    /// <summary>Heap for one large body: its buffer, the one that it outgrew, and what taking it in needs.</summary>
    const long HeapBytesATurn = 32L << 20;

    readonly SemaphoreSlim? turns = heapBytes is { } heap ? new((int)Math.Clamp(heap / HeapBytesATurn, 1, 64)) : null;
    long usedBytes;

    public long LimitBytes { get; } = heapBytes / 2 ?? 1L << 30;

    /// <summary>What one body may have when the configuration sets no limit.</summary>
    public long MaxBodyBytes { get; } = Math.Min(DefaultBodyBytes, heapBytes / 4 ?? DefaultBodyBytes);

    /// <summary>Waits for the turn of a body that becomes large. Each needs one turn, whatever its size, and gives it back whole.</summary>
    public Task EnterLargeAsync(CancellationToken cancellation) => turns?.WaitAsync(cancellation) ?? Task.CompletedTask;

    public void LeaveLarge() => turns?.Release();

    /// <summary>Asks for a buffer that replaces a smaller one, which is given back by itself later.</summary>
    public bool TryTake(int sizeBytes, int replacedBytes)
    {
        var charged = Charged(sizeBytes);
        if (Interlocked.Add(ref usedBytes, charged) - Charged(replacedBytes) <= LimitBytes) return true;
        Interlocked.Add(ref usedBytes, -charged);
        return charged == 0;
    }

    public void Return(int sizeBytes) => Interlocked.Add(ref usedBytes, -Charged(sizeBytes));

    static long Charged(int sizeBytes) => sizeBytes <= FreeBytes ? 0 : sizeBytes;
}
