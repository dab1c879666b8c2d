using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using Pharos.AspNetCore.Metrics;
using Pharos.AspNetCore.Redis;
using Shop.Operating;

namespace Shop.Catalogue;

/// <summary>Remembers for a while which products a question found: in Redis where there is one, otherwise in this process.</summary>
/// <remarks>Errors: a Redis that cannot be used, for whatever reason, is a miss and a warning; the search goes on without it.</remarks>
sealed partial class SearchCache(Switches switches, ApplicationMetrics metrics, ILogger<SearchCache> logger, RedisClient? redis = null) : IDisposable
{
    const int MostQuestions = 1_000;
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    readonly MemoryCache memory = new(new MemoryCacheOptions { SizeLimit = MostQuestions });

    public async Task<IReadOnlyList<string>> FindOrAddAsync(string question, Func<Task<IEnumerable<string>>> find, CancellationToken cancellation)
    {
        var kind = redis is null ? "memory" : "redis";
        if (!switches.ColdCache && await RecallAsync(question, cancellation) is { } known)
        {
            metrics.CacheHit(kind);
            return known;
        }
        metrics.CacheMiss(kind);
        string[] found = [.. await find()];
        await RememberAsync(question, found, cancellation);
        return found;
    }

    public void Dispose() => memory.Dispose();

    async Task<string[]?> RecallAsync(string question, CancellationToken cancellation)
    {
        if (redis is null) return memory.Get<string[]>(question);
        try
        {
            return await redis.GetAsync(KeyOf(question), cancellation) is { } bytes ? JsonSerializer.Deserialize<string[]>(bytes) : null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            NotRecalled(logger, error.Message);
            return null;
        }
    }

    async Task RememberAsync(string question, string[] found, CancellationToken cancellation)
    {
        if (redis is null)
        {
            memory.Set(question, found, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Kept, Size = 1 });
            return;
        }
        try
        {
            await redis.SetAsync(KeyOf(question), JsonSerializer.SerializeToUtf8Bytes(found), Kept, cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            NotRecalled(logger, error.Message);
        }
    }

    static string KeyOf(string question) => $"shop:search:{question}";

    [LoggerMessage(LogLevel.Warning, "The search cache in Redis cannot be used: {Reason}")]
    static partial void NotRecalled(ILogger logger, string reason);
}
