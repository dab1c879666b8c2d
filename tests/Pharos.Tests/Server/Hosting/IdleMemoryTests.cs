using Pharos.Server.Hosting;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Hosting;

public sealed class IdleMemoryTests
{
    const long Large = 4 * IdleMemory.WorthBytes;

    readonly ManualTime time = new(0);
    HeapFigures heap = new(Large, 0, 0);
    long freedByEach;
    int collections;

    [Fact]
    public void A_large_heap_is_collected_while_that_gives_memory_back_and_a_few_times_more()
    {
        freedByEach = IdleMemory.WorthBytes;
        using var memory = Watch();

        Pass(looks: 30);

        Assert.Equal(4, collections); // Then it is below what is worth it.
        freedByEach = 0;
        heap = heap with { Bytes = Large };
        Pass(looks: 30);
        Assert.Equal(4 + IdleMemory.MaxFutile, collections); // In use: left alone.
        heap = heap with { Bytes = 2 * Large };
        Pass(looks: 30);
        Assert.Equal(4 + (2 * IdleMemory.MaxFutile), collections); // Has grown: tried anew.
    }

    [Fact]
    public void A_busy_server_and_a_small_heap_are_left_alone()
    {
        using var memory = Watch();
        for (var i = 0; i < 10; i++)
        {
            heap = heap with { AllocatedBytes = heap.AllocatedBytes + IdleMemory.QuietBytes + 1 };
            Pass(looks: 1);
            heap = heap with { Collections = heap.Collections + 1 };
            Pass(looks: 1);
        }
        heap = heap with { Bytes = IdleMemory.WorthBytes - 1 };
        Pass(looks: 10);

        Assert.Equal(0, collections);
    }

    [Fact]
    public void Nothing_is_looked_at_after_the_end()
    {
        Watch().Dispose();

        Pass(looks: 3);

        Assert.Equal(0, collections);
    }

    IdleMemory Watch() => new(() => heap, Collect, time);

    void Pass(int looks)
    {
        for (var i = 0; i < looks; i++) time.Advance(TimeSpan.FromSeconds(20));
    }

    void Collect()
    {
        collections++;
        heap = heap with { Bytes = heap.Bytes - freedByEach, Collections = heap.Collections + 1 };
    }
}
