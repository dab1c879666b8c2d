using System.Diagnostics.CodeAnalysis;

namespace Pharos.Server.Queries;

/// <summary>Runs queries on threads of its own, so that a heavy one never holds up sockets, scrapes or writes.</summary>
/// <remarks>
/// <para>Shape: a queue and up to <see cref="Threads"/> threads, started when first needed and ended after a minute without work.
/// Queries are CPU-bound, so more threads than twice the cores would only hold more memory at once. Whoever awaits a query goes on <em>on its
/// thread</em> until it awaits something else: writing a small answer there spares the wake-up of another thread, which costs more than the query.</para>
/// <para>Each class of door has one of its own (<see cref="QueryShares"/>), so that one class never takes the threads of another.</para>
/// <para>Limits: the given number bounds the threads; <see cref="MaxQueued"/> wait, the next is refused at once. The time limit
/// of a query counts from its arrival, so waiting is bounded as well.</para>
/// <para>Errors: whatever the work throws; <see cref="QueryRefusedException"/> when too many wait, the client goes or the time is over. Threads: safe for all.</para>
/// </remarks>
/// <param name="name">Of the threads.</param>
/// <param name="start">Starts a thread; a test may have none to give.</param>
sealed class QueryScheduler(int maxConcurrency, TimeProvider time, string name = "query", Action<Thread>? start = null) : IDisposable
{
    public const int MaxQueued = 2_000;
    const int StackBytes = 8 << 20; // Deep expressions recurse; the parser bounds them well within this.

    static readonly TimeSpan IdleLife = TimeSpan.FromMinutes(1);

    readonly object gate = new(); // A plain monitor and not a blocking collection: an idle thread sleeps at once instead of spinning on the core that asks.
    readonly Queue<Job> queue = [];
    int threads;
    int idle;
    bool isDisposed;

    public int Threads { get; } = Math.Max(1, Math.Min(maxConcurrency, Math.Max(4, Environment.ProcessorCount * 2)));

    /// <summary>Queries that run now.</summary>
    public int Running
    {
        get
        {
            lock (gate) return threads - idle;
        }
    }

    public int Queued
    {
        get
        {
            lock (gate) return queue.Count;
        }
    }

    /// <summary>Queues the work. The token it gets is cancelled when the client goes, or when the timeout has passed since this call.</summary>
    /// <param name="waited">Gets how long the work stood in the queue.</param>
    public Task<T> RunAsync<T>(Func<CancellationToken, T> work, TimeSpan timeout, CancellationToken clientGone, Action<TimeSpan>? waited = null)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref isDisposed), this);
        var job = new Job<T>(work, timeout, clientGone, time, waited);
        if (!TryAdd(job))
        {
            job.Dispose();
            throw new QueryRefusedException(QueryRefusal.Crowded, $"too many queries: {MaxQueued} are waiting already");
        }
        return job.Result;
    }

    /// <summary>Ends the threads once the queue is empty.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <returns>False: too many wait.</returns>
    bool TryAdd(Job job)
    {
        lock (gate)
        {
            if (queue.Count == MaxQueued) return false;
            queue.Enqueue(job);
            if (queue.Count <= idle || threads == Threads)
            {
                Monitor.Pulse(gate);
                return true;
            }
            threads++;
        }
        try
        {
            var thread = new Thread(Work, StackBytes) { IsBackground = true, Name = name };
            if (start is null) thread.Start();
            else start(thread);
        }
        catch (Exception error) when (error is OutOfMemoryException or ThreadStartException or ThreadStateException)
        {
            NotStarted();
        }
        return true;
    }

    /// <summary>The machine has no thread to give. Those that run take what waits; where there are none, all who wait are told, for nobody else would.</summary>
    void NotStarted()
    {
        List<Job> stranded = [];
        lock (gate)
        {
            if (--threads > 0) return;
            while (queue.TryDequeue(out var job)) stranded.Add(job);
        }
        foreach (var job in stranded)
        {
            job.Refuse(new QueryRefusedException(QueryRefusal.Crowded, "the machine has no thread left for it"));
            job.Dispose();
        }
    }

    void Work()
    {
        while (TryTake(out var job))
        {
            try
            {
                job.Run();
            }
            finally
            {
                job.Dispose();
            }
        }
    }

    /// <summary>The next job; false: this thread is not needed any more.</summary>
    bool TryTake([NotNullWhen(true)] out Job? job)
    {
        lock (gate)
        {
            idle++;
            var isNeeded = true;
            while (!queue.TryDequeue(out job) && isNeeded && !isDisposed) isNeeded = Monitor.Wait(gate, IdleLife);
            idle--;
            if (job is null) threads--;
            return job is not null;
        }
    }

    abstract class Job : IDisposable
    {
        /// <summary>Never throws: whatever fails is the answer to whoever asked.</summary>
        public abstract void Run();

        /// <summary>Answers with a fault, unless it runs already.</summary>
        public abstract void Refuse(Exception fault);

        public abstract void Dispose();
    }

    sealed class Job<T> : Job
    {
        const int Waiting = 0;
        const int Running = 1;
        const int Refused = 2;

        readonly TaskCompletionSource<T> completion = new();
        readonly Func<CancellationToken, T> work;
        readonly CancellationTokenSource timer;
        readonly CancellationTokenSource both;
        readonly CancellationTokenRegistration whileQueued;
        readonly TimeProvider time;
        readonly Action<TimeSpan>? waited;
        readonly long queuedAt;
        int state = Waiting;

        public Job(Func<CancellationToken, T> work, TimeSpan timeout, CancellationToken clientGone, TimeProvider time, Action<TimeSpan>? waited)
        {
            this.work = work;
            this.time = time;
            this.waited = waited;
            queuedAt = time.GetTimestamp();
            timer = new CancellationTokenSource(timeout, time);
            both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, clientGone);
            whileQueued = both.Token.Register(() => Refuse(Cancelled(running: false)));
        }

        public Task<T> Result => completion.Task;

        public override void Run()
        {
            if (Interlocked.CompareExchange(ref state, Running, Waiting) != Waiting) return;
            T result;
            try
            {
                whileQueued.Dispose(); // From here on the answer waits for the work to notice: it may hold leases and buffers.
                waited?.Invoke(time.GetElapsedTime(queuedAt));
                result = work(both.Token);
            }
            catch (OperationCanceledException) when (both.IsCancellationRequested)
            {
                completion.SetException(Cancelled(running: true));
                return;
            }
            catch (Exception error)
            {
                completion.SetException(error);
                return;
            }
            completion.SetResult(result);
        }

        public override void Dispose()
        {
            whileQueued.Dispose();
            both.Dispose();
            timer.Dispose();
        }

        /// <summary>The answer is given on another thread: this one belongs to the timer, to the connection that ended, or to another request.</summary>
        public override void Refuse(Exception fault)
        {
            if (Interlocked.CompareExchange(ref state, Refused, Waiting) != Waiting) return;
            ThreadPool.UnsafeQueueUserWorkItem(static refused => refused.completion.SetException(refused.fault), (completion, fault), preferLocal: false);
        }

        Exception Cancelled(bool running) => timer.IsCancellationRequested
            ? new QueryRefusedException(QueryRefusal.Late, running ? "query timed out in expression evaluation" : "query timed out in query queue")
            : new QueryRefusedException(QueryRefusal.Abandoned, running ? "query was canceled in expression evaluation" : "query was canceled in query queue");
    }
}
