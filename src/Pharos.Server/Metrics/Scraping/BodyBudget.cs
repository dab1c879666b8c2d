namespace Pharos.Server.Metrics.Scraping;

/// <summary>Bounds the bytes of all bodies that are being read at one time, so that some huge ones cannot take the process down.</summary>
/// <remarks>Ordinary bodies never wait for it or fail by it: up to <see cref="FreeBytes"/> each is given without asking. Threads: safe for all.</remarks>
sealed class BodyBudget(long limitBytes)
{
    /// <summary>Most targets show less than this, so a greedy one does not starve the others.</summary>
    public const int FreeBytes = 4 * 1024 * 1024;

    /// <summary>What one body may have when the configuration sets no limit.</summary>
    public const long DefaultBodyBytes = 256 * 1024 * 1024;

    long usedBytes;

    public long LimitBytes { get; } = limitBytes;

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
