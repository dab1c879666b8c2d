using Pharos.Server.Metrics.Scraping;


namespace Pharos.Tests.Server.Metrics.Scraping;

public sealed class BodyBudgetTests
{
    [Fact]
    public async Task Where_the_heap_is_bounded_large_bodies_take_turns_and_small_ones_do_not_wait()
    {
        var budget = new BodyBudget(heapBytes: 48 << 20);
        var first = await ReadAsync(budget, 1 << 20);

        var second = ReadAsync(budget, 1 << 20);
        using var small = await ReadAsync(budget, 1000);
        Assert.False(second.IsCompleted);

        first.Dispose();
        (await second).Dispose();
        using var third = await ReadAsync(budget, 1 << 20);
        Assert.Equal(12 << 20, budget.MaxBodyBytes);
    }

    [Fact]
    public async Task Otherwise_none_waits()
    {
        var budget = new BodyBudget();
        using var first = await ReadAsync(budget, 1 << 20);
        using var second = await ReadAsync(budget, 1 << 20);
        Assert.Equal(256 << 20, budget.MaxBodyBytes);
    }

    static async Task<ScrapeBody> ReadAsync(BodyBudget budget, int bytes)
    {
        var body = new ScrapeBody(budget);
        await body.ReadAsync(new MemoryStream(new byte[bytes]), budget.MaxBodyBytes, 0, TestContext.Current.CancellationToken);
        return body;
    }
}
