using System.Collections.Concurrent;
using Pharos.Server.Queries;
using Pharos.Tests.Server.Rules;

namespace Pharos.Tests.Server.Queries;

public sealed class QuerySchedulerTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly ManualTime time = new(1_000_000);
    readonly ManualResetEventSlim open = new();

    public void Dispose()
    {
        open.Set();
        open.Dispose();
    }

    [Fact]
    public async Task As_many_run_at_once_as_allowed_and_the_others_wait_their_turn()
    {
        using var scheduler = new QueryScheduler(2, time);
        var running = 0;
        var atOnce = new ConcurrentQueue<int>();
        using var bothRun = new CountdownEvent(2);

        var all = Enumerable.Range(0, 10).Select(number => scheduler.RunAsync(
            cancellation =>
            {
                atOnce.Enqueue(Interlocked.Increment(ref running));
                if (bothRun.CurrentCount > 0) bothRun.Signal();
                open.Wait(cancellation);
                Interlocked.Decrement(ref running);
                return number;
            },
            Limit, CancellationToken.None)).ToArray();
        Assert.True(bothRun.Wait(Patience.Limit, TestContext.Current.CancellationToken));
        Assert.Equal((2, 8), (scheduler.Running, scheduler.Queued));
        open.Set();

        Assert.Equal(Enumerable.Range(0, 10), await Task.WhenAll(all));
        Assert.Equal(2, atOnce.Max());
    }

    [Fact]
    public async Task Whoever_waits_longer_than_his_time_is_told_so_and_his_query_never_runs()
    {
        using var scheduler = new QueryScheduler(1, time);
        var first = await OccupyAsync(scheduler);
        var hasRun = false;
        var second = scheduler.RunAsync(_ => hasRun = true, TimeSpan.FromSeconds(10), CancellationToken.None);

        time.Advance(TimeSpan.FromSeconds(11));

        var fault = await Assert.ThrowsAsync<QueryRefusedException>(() => second.WaitAsync(Patience.Limit));
        Assert.Equal((QueryRefusal.Late, "query timed out in query queue"), (fault.Reason, fault.Message));
        open.Set();
        await first;
        Assert.False(hasRun);
    }

    [Fact]
    public async Task A_query_that_runs_over_its_time_is_cancelled()
    {
        using var scheduler = new QueryScheduler(1, time);
        using var begun = new ManualResetEventSlim();
        var query = scheduler.RunAsync<int>(
            cancellation =>
            {
                begun.Set();
                cancellation.WaitHandle.WaitOne(Patience.Limit);
                cancellation.ThrowIfCancellationRequested();
                return 1;
            },
            TimeSpan.FromSeconds(10), CancellationToken.None);
        Assert.True(begun.Wait(Patience.Limit, TestContext.Current.CancellationToken));

        time.Advance(TimeSpan.FromSeconds(11));

        var fault = await Assert.ThrowsAsync<QueryRefusedException>(() => query.WaitAsync(Patience.Limit));
        Assert.Equal((QueryRefusal.Late, "query timed out in expression evaluation"), (fault.Reason, fault.Message));
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_his_query_whether_it_waits_or_runs()
    {
        using var scheduler = new QueryScheduler(1, time);
        using var gone = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        var runs = scheduler.RunAsync<int>(
            cancellation =>
            {
                begun.Set();
                cancellation.WaitHandle.WaitOne(Patience.Limit);
                throw new OperationCanceledException(cancellation);
            },
            Limit, gone.Token);
        Assert.True(begun.Wait(Patience.Limit, TestContext.Current.CancellationToken));
        var waits = scheduler.RunAsync(_ => 1, Limit, gone.Token);

        await gone.CancelAsync();

        Assert.Equal("query was canceled in expression evaluation", (await Assert.ThrowsAsync<QueryRefusedException>(() => runs.WaitAsync(Patience.Limit))).Message);
        Assert.Equal("query was canceled in query queue", (await Assert.ThrowsAsync<QueryRefusedException>(() => waits.WaitAsync(Patience.Limit))).Message);
    }

    [Fact]
    public async Task More_than_can_wait_are_refused_at_once()
    {
        using var scheduler = new QueryScheduler(1, time);
        var first = await OccupyAsync(scheduler);
        var waiting = Enumerable.Range(0, QueryScheduler.MaxQueued).Select(_ => scheduler.RunAsync(_ => 1, Limit, CancellationToken.None)).ToArray();

        var fault = Assert.Throws<QueryRefusedException>(() => { _ = scheduler.RunAsync(_ => 1, Limit, CancellationToken.None); });

        Assert.Equal(QueryRefusal.Crowded, fault.Reason);
        open.Set();
        await first;
        await Task.WhenAll(waiting).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task No_class_of_door_takes_the_threads_of_another()
    {
        using var shares = new QueryShares(1, 1, time);
        var others = new List<Task>();
        foreach (var kind in Enum.GetValues<QueryClass>().Except([QueryClass.List])) others.Add(await OccupyAsync(shares[kind]));

        Assert.Equal(7, await shares[QueryClass.List].RunAsync(_ => 7, Limit, CancellationToken.None).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));

        open.Set();
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task The_fault_of_one_query_is_its_own()
    {
        using var scheduler = new QueryScheduler(1, time);

        await Assert.ThrowsAsync<InvalidDataException>(() => scheduler.RunAsync<int>(_ => throw new InvalidDataException("it broke"), Limit, CancellationToken.None));

        Assert.Equal(7, await scheduler.RunAsync(_ => 7, Limit, CancellationToken.None));
    }

    [Fact]
    public async Task What_follows_a_query_goes_on_on_its_thread()
    {
        using var scheduler = new QueryScheduler(1, time);
        Thread? thread = null;

        var query = scheduler.RunAsync(
            _ =>
            {
                thread = Thread.CurrentThread;
                return open.Wait(Patience.Limit); // So that the continuation below is there before the result.
            },
            Limit, CancellationToken.None);
        var follows = query.ContinueWith(_ => Thread.CurrentThread, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        open.Set();

        var followed = await follows.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken); // First: only then the query has noted its thread.
        Assert.Same(thread, followed);
        Assert.Equal("query", thread?.Name);
    }

    [Fact]
    public async Task Whoever_cancels_a_waiting_query_need_not_write_its_answer()
    {
        using var scheduler = new QueryScheduler(1, time);
        using var gone = new CancellationTokenSource();
        var first = await OccupyAsync(scheduler);
        var canceller = new Thread(gone.Cancel);
        var follows = scheduler.RunAsync(_ => 1, Limit, gone.Token)
            .ContinueWith(_ => Thread.CurrentThread, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        canceller.Start();

        Assert.NotSame(canceller, await follows.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
        open.Set();
        await first;
    }

    [Fact]
    public async Task Where_the_machine_has_no_thread_left_whoever_asks_is_told_and_later_ones_run_again()
    {
        var isFull = true;
        using var scheduler = new QueryScheduler(1, time, start: thread =>
        {
            if (isFull) throw new OutOfMemoryException("no thread");
            thread.Start();
        });

        var fault = await Assert.ThrowsAsync<QueryRefusedException>(() => scheduler.RunAsync(_ => 1, Limit, CancellationToken.None).WaitAsync(Patience.Limit));
        Assert.Equal((QueryRefusal.Crowded, 0, 0), (fault.Reason, scheduler.Running, scheduler.Queued));

        isFull = false;
        Assert.Equal(7, await scheduler.RunAsync(_ => 7, Limit, CancellationToken.None).WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task Where_one_thread_runs_and_no_second_can_be_had_the_first_takes_what_waits()
    {
        var started = 0;
        using var scheduler = new QueryScheduler(4, time, start: thread =>
        {
            if (Interlocked.Increment(ref started) > 1) throw new OutOfMemoryException("no second thread");
            thread.Start();
        });
        var first = await OccupyAsync(scheduler);
        var second = scheduler.RunAsync(_ => 2, Limit, CancellationToken.None);

        open.Set();

        await first;
        Assert.Equal(2, await second.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whatever_throws_beside_the_work_is_an_answer_and_ends_no_thread()
    {
        using var scheduler = new QueryScheduler(1, time);

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => scheduler.RunAsync(_ => 1, Limit, CancellationToken.None, _ => throw new InvalidOperationException("a metric broke")).WaitAsync(Patience.Limit));

        Assert.Equal(7, await scheduler.RunAsync(_ => 7, Limit, CancellationToken.None).WaitAsync(Patience.Limit));
    }

    [Fact]
    public async Task An_ended_scheduler_takes_nothing_more_and_finishes_what_it_has()
    {
        var scheduler = new QueryScheduler(1, time);
        var first = await OccupyAsync(scheduler);
        var second = scheduler.RunAsync(_ => 2, Limit, CancellationToken.None);

        scheduler.Dispose();

        Assert.Throws<ObjectDisposedException>(() => { _ = scheduler.RunAsync(_ => 3, Limit, CancellationToken.None); });
        open.Set();
        await first;
        Assert.Equal(2, await second.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
    }

    /// <summary>Fills the only thread until <see cref="open"/> is set.</summary>
    async Task<Task> OccupyAsync(QueryScheduler scheduler)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = scheduler.RunAsync(
            _ =>
            {
                begun.SetResult();
                return open.Wait(Patience.Limit);
            },
            TimeSpan.FromHours(1), CancellationToken.None);
        await begun.Task.WaitAsync(Patience.Limit);
        return work;
    }
}
