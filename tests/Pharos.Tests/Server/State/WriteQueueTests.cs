using Pharos.Server.State;

namespace Pharos.Tests.Server.State;

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

    /// <summary>It is added under the locks of others: whoever holds one must never wait for a disk.</summary>
    [Fact]
    public async Task Adding_never_waits_and_who_asks_for_room_does()
    {
        for (var i = 0; i < 150_000; i++) State("state");
        for (var i = 0; i < 100_000; i++) Note("full");
        Assert.False(queue.TryAddNote(new NoteWrite(_ => { })));
        Note("dropped");
        Assert.Equal(1, queue.Dropped);

        var room = queue.RoomAsync();
        while (!room.IsCompleted)
        {
            Assert.InRange(done.Count, 0, 150_000 + 81_000);
            Take();
        }
        await room;
        Assert.InRange(done.Count, 150_000 + 80_001, 150_000 + 81_000);
        Assert.True(queue.TryAddNote(new NoteWrite(_ => { })));
    }

    [Fact]
    public async Task While_the_disk_refuses_nobody_waits_for_room_notes_stay_and_it_is_time_to_try_again()
    {
        for (var i = 0; i < 20_000; i++) Note("n");
        State("s");
        var crowd = queue.RoomAsync();
        Assert.False(crowd.IsCompleted);

        Assert.True(queue.Take(batch, isFailing: true));
        Assert.True(batch.IsState);
        Assert.Single(batch.Writes);
        await crowd;
        Assert.True(queue.RoomAsync().IsCompleted);
        Assert.True(queue.Take(batch, isFailing: true)); // After a while, though there is no state.
        Assert.Empty(batch.Writes);
        Assert.True(queue.Take(batch));
        Assert.Equal(1_000, batch.Writes.Count);
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
        Assert.False(queue.TryAddNote(new NoteWrite(_ => { })));
        await Assert.ThrowsAsync<IOException>(queue.FlushAsync); // Nobody may be told that it is on disk.
    }

    void State(string name) => queue.Add(new NoteWrite(_ => done.Add(name)));

    void Note(string name) => queue.AddNote(new NoteWrite(_ => done.Add(name)));

    /// <summary>Takes a batch and does what it says.</summary>
    bool Take()
    {
        if (!queue.Take(batch)) return false;
        foreach (var write in batch.Writes) write.Run(null!);
        return true;
    }
}
