using Pharos.Server.Alerting.Persistence;

namespace Pharos.Tests.Server.Alerting.Persistence;

public sealed class WriteQueueTests
{
    readonly WriteQueue queue = new();
    readonly WriteBatch batch = new();
    readonly List<string> done = [];

    [Fact]
    public void Everything_before_a_flush_is_one_batch_and_state_goes_before_notes()
    {
        Note("n1");
        State("s1");
        State("s2");
        var flush = queue.FlushAsync();
        State("s3"); // After the flush; it is taken along all the same.

        Assert.True(Take());
        Assert.True(batch.IsState);
        Assert.Equal(["s1", "s2", "s3"], done);
        Assert.Same(flush, Assert.Single(batch.Flushes).Task);
        Assert.True(Take());
        Assert.False(batch.IsState);
        Assert.Equal(["s1", "s2", "s3", "n1"], done);
    }

    [Fact]
    public void A_flush_of_notes_waits_for_all_that_were_added_before()
    {
        for (var i = 0; i < 2_500; i++) Note($"{i}");
        var flush = queue.FlushNotesAsync();

        Assert.True(Take());
        Assert.Empty(batch.Flushes); // A thousand of them.
        Assert.True(Take());
        Assert.Empty(batch.Flushes);
        Assert.True(Take());
        Assert.Same(flush, Assert.Single(batch.Flushes).Task);
        Assert.Equal(Enumerable.Range(0, 2_500).Select(i => $"{i}"), done);
    }

    [Fact]
    public void What_nobody_asks_for_is_taken_after_a_moment()
    {
        State("s");
        Note("n");

        Assert.True(Take());
        Assert.True(Take());
        Assert.Equal(["s", "n"], done);
    }

    [Fact]
    public async Task Whoever_adds_to_a_full_lane_waits_for_room()
    {
        for (var i = 0; i < 20_000; i++) Note("full");
        Assert.False(queue.TryAddNote(_ => { }));
        var adding = Task.Run(() => Note("last"), TestContext.Current.CancellationToken);
        while (done.Count < 20_001) Take();
        await adding;

        Assert.Equal("last", done[^1]);
        Assert.True(queue.TryAddNote(_ => { }));
    }

    [Fact]
    public async Task The_end_takes_what_is_left_and_nothing_more()
    {
        State("s");
        Note("n");
        Assert.True(queue.End());
        Assert.False(queue.End());
        State("late");

        Assert.True(Take());
        Assert.True(Take());
        Assert.False(Take());
        Assert.Equal(["s", "n"], done);
        Assert.False(queue.TryAddNote(_ => { }));
        await Assert.ThrowsAsync<IOException>(queue.FlushAsync); // Nobody may be told that it is on disk.
    }

    void State(string name) => queue.Add(_ => done.Add(name));

    void Note(string name) => queue.AddNote(_ => done.Add(name));

    /// <summary>Takes a batch and does what it says.</summary>
    bool Take()
    {
        if (!queue.Take(batch)) return false;
        foreach (var write in batch.Writes) write(null!);
        return true;
    }
}
