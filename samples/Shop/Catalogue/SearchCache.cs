using Microsoft.Extensions.Caching.Memory;
using Pharos.AspNetCore.Metrics;
using Shop.Operating;

namespace Shop.Catalogue;

/// <summary>Remembers for a while which products a question found.</summary>
sealed class SearchCache(Switches switches, ApplicationMetrics metrics) : IDisposable
{
    const int MostQuestions = 1_000;
    const string Kind = "memory";
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    readonly MemoryCache memory = new(new MemoryCacheOptions { SizeLimit = MostQuestions });

    public async Task<IReadOnlyList<string>> FindOrAddAsync(string question, Func<Task<IEnumerable<string>>> find, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!switches.ColdCache && memory.TryGetValue(question, out IReadOnlyList<string>? known) && known is not null)
        {
            metrics.CacheHit(Kind);
            return known;
        }
        metrics.CacheMiss(Kind);
        IReadOnlyList<string> found = [.. await find()];
        memory.Set(question, found, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Kept, Size = 1 });
        return found;
    }

    public void Dispose() => memory.Dispose();
}
