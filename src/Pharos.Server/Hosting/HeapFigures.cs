namespace Pharos.Server.Hosting;

/// <summary>What the runtime's heap holds.</summary>
/// <param name="Bytes">In use or not yet collected, pooled arrays among them.</param>
/// <param name="AllocatedBytes">Since the start of the process.</param>
/// <param name="Collections">Of the oldest generation, since the start.</param>
readonly record struct HeapFigures(long Bytes, long AllocatedBytes, int Collections)
{
    public static HeapFigures Now() => new(GC.GetTotalMemory(forceFullCollection: false), GC.GetTotalAllocatedBytes(), GC.CollectionCount(GC.MaxGeneration));
}
