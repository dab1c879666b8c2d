using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Pharos.Server.Hosting.Api;

namespace Pharos.Server.Metrics.Api;

/// <summary>Runs queries on threads of its own, so that a heavy one never holds up sockets, scrapes or writes.</summary>
/// <remarks>
/// <para>Shape: a queue and up to <see cref="Threads"/> threads, started when first needed and ended after a minute without work.
/// Queries are CPU-bound, so more threads than twice the cores would only hold more memory at once.</para>
/// <para>Limits: <c>--query.max-concurrency</c> bounds the threads; <see cref="MaxQueued"/> wait, the next is refused at once. The time limit
/// of a query counts from its arrival, so waiting is bounded as well.</para>
/// <para>Errors: whatever the work throws; <see cref="OperationCanceledException"/> when the client goes or the time is over. Threads: safe for all.</para>
/// </remarks>
sealed class QueryScheduler(int maxConcurrency, TimeProvider time) : IDisposable
{
    public const int MaxQueued = 2_000;
    const int StackBytes = 8 << 20; // Deep expressions recurse; the parser bounds them well within this.

    static readonly TimeSpan IdleLife = TimeSpan.FromMinutes(1);

    readonly BlockingCollection<Job> queue = new(MaxQueued);
    readonly Lock gate = new();
    int threads;
    int busy;

    public int Threads { get; } = Math.Max(1, Math.Min(maxConcurrency, Math.Max(4, Environment.ProcessorCount * 2)));

    /// <summary>Queries that run now.</summary>
    public int Running => Volatile.Read(ref busy);

    public int Queued => queue.Count;

    /// <summary>Queues the work. The token it gets is cancelled when the client goes, or when the timeout has passed since this call.</summary>
    /// <param name="waited">Gets how long the work stood in the queue.</param>
    public Task<T> RunAsync<T>(Func<CancellationToken, T> work, TimeSpan timeout, CancellationToken clientGone, Action<TimeSpan>? waited = null)
    {
        var job = new Job<T>(work, timeout, clientGone, time, waited);
        if (!queue.TryAdd(job))
        {
            job.Dispose();
            throw ApiFaultException.Unavailable($"too many queries: {MaxQueued} are waiting already");
        }
        EnsureThread();
        return job.Result;
    }

    public void Dispose() => queue.CompleteAdding();

    void EnsureThread()
    {
        lock (gate)
        {
            if (threads >= Threads || threads > busy + queue.Count) return;
            threads++;
        }
        new Thread(Work, StackBytes) { IsBackground = true, Name = "query" }.Start();
    }

    void Work()
    {
        while (TryTake(out var job))
        {
            Interlocked.Increment(ref busy);
            try
            {
                job.Run();
            }
            finally
            {
                Interlocked.Decrement(ref busy);
                job.Dispose();
            }
        }
    }

    /// <summary>The next job; false: this thread is not needed any more.</summary>
    bool TryTake([NotNullWhen(true)] out Job? job)
    {
        while (!queue.TryTake(out job, IdleLife))
        {
            lock (gate)
            {
                if (queue.Count > 0) continue; // It came between the wait and the lock.
                threads--;
                return false;
            }
        }
        return true;
    }

    abstract class Job : IDisposable
    {
        public abstract void Run();

        public abstract void Dispose();
    }

    sealed class Job<T> : Job
    {
        readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly Func<CancellationToken, T> work;
        readonly CancellationTokenSource timer;
        readonly CancellationTokenSource both;
        readonly CancellationTokenRegistration whileQueued;
        readonly TimeProvider time;
        readonly Action<TimeSpan>? waited;
        readonly long queuedAt;

        public Job(Func<CancellationToken, T> work, TimeSpan timeout, CancellationToken clientGone, TimeProvider time, Action<TimeSpan>? waited)
        {
            this.work = work;
            this.time = time;
            this.waited = waited;
            queuedAt = time.GetTimestamp();
            timer = new CancellationTokenSource(timeout, time);
            both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, clientGone);
            whileQueued = both.Token.Register(() => completion.TrySetException(Cancelled(running: false)));
        }

        public Task<T> Result => completion.Task;

        public override void Run()
        {
            if (completion.Task.IsCompleted) return;
            whileQueued.Dispose(); // From here on the answer waits for the work to notice: it may hold leases and buffers.
            waited?.Invoke(time.GetElapsedTime(queuedAt));
            try
            {
                var result = work(both.Token);
                if (!completion.TrySetResult(result)) (result as IDisposable)?.Dispose();
            }
            catch (OperationCanceledException) when (both.IsCancellationRequested)
            {
                completion.TrySetException(Cancelled(running: true));
            }
            catch (Exception error)
            {
                completion.TrySetException(error);
            }
        }

        public override void Dispose()
        {
            whileQueued.Dispose();
            both.Dispose();
            timer.Dispose();
        }

        Exception Cancelled(bool running) => timer.IsCancellationRequested
            ? new ApiFaultException(FaultKind.Timeout, running ? "query timed out in expression evaluation" : "query timed out in query queue")
            : new ApiFaultException(FaultKind.Canceled, running ? "query was canceled in expression evaluation" : "query was canceled in query queue");
    }
}
