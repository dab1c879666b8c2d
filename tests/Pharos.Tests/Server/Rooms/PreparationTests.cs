using Pharos.Server.Rooms;

namespace Pharos.Tests.Server.Rooms;

public sealed class PreparationTests
{
    readonly List<string> done = [];

    [Fact]
    public async Task What_was_taken_is_swapped_in_order_and_stays_open()
    {
        var preparation = new Preparation();
        preparation.Own(new Opened("a", done));
        preparation.OnSwap(() => done.Add("first"));
        preparation.OnSwap(async () =>
        {
            await Task.Yield();
            done.Add("second");
        });

        await preparation.SwapAsync();
        await preparation.DisposeAsync();

        Assert.Equal(["first", "second"], done);
    }

    [Fact]
    public async Task What_is_thrown_away_is_closed_once_the_last_first_and_never_swapped()
    {
        var preparation = new Preparation();
        preparation.Own(new Opened("a", done));
        preparation.Own(new AsyncOpened("b", done));
        preparation.OnSwap(() => done.Add("swapped"));

        await preparation.DisposeAsync();
        await preparation.DisposeAsync();

        Assert.Equal(["b", "a"], done);
    }

    sealed class Opened(string name, List<string> done) : IDisposable
    {
        public void Dispose() => done.Add(name);
    }

    sealed class AsyncOpened(string name, List<string> done) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            done.Add(name);
            return ValueTask.CompletedTask;
        }
    }
}
