namespace Pharos.Tests;

/// <summary>What code allocates, without what the runtime allocates beside it.</summary>
static class Allocations
{
    /// <summary>Bytes that this thread allocates in the quietest of some rounds.</summary>
    /// <remarks>What the code itself allocates is there in each round. What comes by chance is not: a pool that a collection of garbage has emptied,
    /// the caches of a type that is used for the first time.</remarks>
    public static long OfQuietest(Action round)
    {
        var fewest = long.MaxValue;
        for (var i = 0; i < 10 && fewest > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return fewest;
    }
}
